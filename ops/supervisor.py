"""Runs the Procfile with honcho: `python -m ops.supervisor VAR`; its pid stands in `var/run/supervisor.pid`.

Which processes and how many of each stands in `var/run/processes.json`. All output goes to standard output, where
`ops.up` has opened the log. honcho ends everything when one line ends; a line whose keeper (`ops.keep`) was killed is
run again instead.
"""

from __future__ import annotations

import json
import multiprocessing
import multiprocessing.synchronize
import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Any

import honcho.manager
from honcho.environ import expand_processes, parse_procfile
from honcho.printer import Printer
from honcho.process import Process

from heatwake.settings import ROOT

# The stores stop after the applications, and Postgres writes a checkpoint then.
honcho.manager.KILL_WAIT = 45


class Line(Process):  # type: ignore[misc]
    """A line of the Procfile. It has a process of its own, which reads what the line writes."""

    def __init__(self, ending: multiprocessing.synchronize.Event, command: str, **options: Any) -> None:
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


class Supervisor(honcho.manager.Manager):  # type: ignore[misc]
    """honcho's manager with lines that outlive their keepers."""

    def __init__(self) -> None:
        super().__init__(Printer(sys.stdout, colour=False))
        self._ending = multiprocessing.Event()
        self._process_ctor = partial(Line, self._ending)

    def terminate(self) -> None:
        """Stop all lines."""
        self._ending.set()
        super().terminate()


def main() -> None:
    run = Path(sys.argv[1]) / "run"
    number = json.loads((run / "processes.json").read_text())
    procfile = parse_procfile((ROOT / "Procfile").read_text()).processes
    environment = {**os.environ, "SUPERVISOR_PID": str(os.getpid())}
    supervisor = Supervisor()
    for process in expand_processes(
        {name: command for name, command in procfile.items() if name in number}, number, environment
    ):
        supervisor.add_process(process.name, process.cmd, quiet=process.quiet, env=process.env, cwd=str(ROOT))
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    pid_file = run / "supervisor.pid"
    pid_file.write_text(f"{os.getpid()}\n")
    try:
        supervisor.loop()
    finally:
        pid_file.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
