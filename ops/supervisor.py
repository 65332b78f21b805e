"""Runs the Procfile with honcho: `python -m ops.supervisor VAR`; its pid stands in `var/run/supervisor.pid`.

Which processes stands in `var/run/processes.json`. SIGUSR1 has it read again: new lines are started, those
that are gone are stopped (`heatwake node`). All output goes to standard output, where `ops.up` has opened the log. When
a line ends by itself everything is ended; a line whose keeper (`ops.keep`) was killed is run again instead.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import multiprocessing.synchronize
import os
import queue
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Final

from honcho.environ import parse_procfile
from honcho.printer import Message, Printer
from honcho.process import Process

from heatwake.settings import ROOT

# The stores stop after the applications, and Postgres writes a checkpoint then.
STOPS_S: Final = 45.0


class Line(Process):  # type: ignore[misc]
    """A line of the Procfile. It has a process of its own, which reads what the line writes."""

    def __init__(self, command: str, ending: multiprocessing.synchronize.Event, **options: Any) -> None:
        super().__init__(command, **options)
        self._ending = ending
        self._killed = False

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        """Run it, and again when it was killed before the end was asked for."""
        self._killed = True
        while self._killed:
            self._killed = False
            super().run(events, ignore_signals)

    def _send_message(self, data: Any, type: str = "line") -> None:
        if type == "stop" and data["returncode"] < 0 and not self._ending.is_set():
            self._killed = True
        else:
            super()._send_message(data, type)


@dataclass
class Running:
    """A line that runs. `pid`: of its shell, the leader of a session; None until it has told it."""

    ending: multiprocessing.synchronize.Event
    pid: int | None = None
    told: float = 0.0  # when it was last asked to end; 0: never

    def end(self, number: signal.Signals) -> None:
        """Ask it to end, at once or as soon as it has told its pid."""
        self.ending.set()
        self.told = time.monotonic()
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)


class Supervisor:
    """The lines of the Procfile that run, which come and go."""

    def __init__(self, run: Path) -> None:
        self._wanted = run / "processes.json"
        self._procfile: dict[str, str] = parse_procfile((ROOT / "Procfile").read_text()).processes
        self._events: Any = multiprocessing.Queue()
        self._printer = Printer(sys.stdout, colour=False)
        self._lines: dict[str, Running] = {}
        self._ending = False
        self._changed = True

    def terminate(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Stop all lines; a signal handler."""
        self._ending = True

    def change(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Read anew which lines are wanted; a signal handler."""
        self._changed = True

    def loop(self) -> None:
        """Until no line is left."""
        while self._lines or self._changed:
            if self._ending:
                self._changed = False
                self._end_all()
            elif self._changed:
                self._changed = False
                self._adjust()
            try:
                message = self._events.get(timeout=0.1)
            except queue.Empty:
                continue
            self._take(message)

    def _adjust(self) -> None:
        """Start the lines that are missing, end those that are not wanted any more."""
        numbers: dict[str, list[int]] = json.loads(self._wanted.read_text())
        wanted = {f"{kind}.{number}": kind for kind, listed in numbers.items() for number in listed}
        for name in wanted.keys() - self._lines.keys():
            self._start(name, self._procfile[wanted[name]])
        for name in self._lines.keys() - wanted.keys():
            if not self._lines[name].told:
                self._lines[name].end(signal.SIGTERM)

    def _start(self, name: str, command: str) -> None:
        ending = multiprocessing.Event()
        environment = {**os.environ, "SUPERVISOR_PID": str(os.getpid()), "HONCHO_PROCESS_NAME": name}
        line = Line(command, ending, name=name, env=environment, cwd=str(ROOT))
        self._printer.width = max(self._printer.width, len(name))
        self._lines[name] = Running(ending)
        multiprocessing.Process(name=name, target=line.run, args=(self._events, True)).start()

    def _take(self, message: Message) -> None:
        """One message of a line: its output, its start, its end."""
        line = self._lines.get(message.name)
        if message.type == "line":
            self._printer.write(message)
        elif message.type == "start" and line:
            line.pid = message.data["pid"]
            if line.told:
                line.end(signal.SIGTERM)
        elif message.type == "stop" and line:
            del self._lines[message.name]
            if not line.told:
                self._ending = True  # nobody asked for it: what is left can't be whole
            else:
                self._changed = not self._ending  # it may be wanted again meanwhile

    def _end_all(self) -> None:
        now = time.monotonic()
        for line in self._lines.values():
            if not line.told:
                line.end(signal.SIGTERM)
            elif now - line.told > STOPS_S:
                line.end(signal.SIGKILL)


def main() -> None:
    run = Path(sys.argv[1]) / "run"
    supervisor = Supervisor(run)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, supervisor.terminate)
    signal.signal(signal.SIGUSR1, supervisor.change)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    pid_file = run / "supervisor.pid"
    pid_file.write_text(f"{os.getpid()}\n")
    try:
        supervisor.loop()
    finally:
        pid_file.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
