"""Keeps one process alive: `python -m ops.keep [--store] [--signal INT] NAME -- COMMAND…`, as the Procfile says.

A process that ends is started again, at once the first time, then ever slower while it lives for less than 10 s. Its
pid stands in `var/run/NAME.pid`. SIGTERM, or the end of the supervisor, stops the process and ends this one.
Applications start when the stores are migrated (`var/run/migrated`) and stop before the stores (`--store`) do.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import fcntl
import logging
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from heatwake.logs import event, start_logs

log = logging.getLogger(__name__)

STEADY_S = 10.0  # a process that lived this long failed for a new reason
FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 10.0
APPLICATIONS_STOP_S = 20.0  # how long stores wait for the applications to be gone
PROCESS_STOPS_S = 15.0
PR_SET_PDEATHSIG = 1


class Keeper:
    """One process and the wish to keep it running."""

    def __init__(self, name: str, command: list[str], run: Path, store: bool, stop_signal: signal.Signals) -> None:
        self.name = name
        self.command = command
        self.run = run
        self.store = store
        self.stop_signal = stop_signal
        self.stopping = False
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        # Held shared by every application for as long as it lives; a store takes it alone before it stops.
        self._turn = os.open(run / "applications.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def stop(self, number: int, frame: FrameType | None) -> None:
        """Signal handler: stop the process and end."""
        self.stopping = True
        os.write(self._wake_write, b"x")

    def _wait(self, seconds: float | None, *descriptors: int) -> None:
        """Until a descriptor is readable, the supervisor is gone, a stop is asked for, or time is up."""
        watched = [self._wake_read, *self._supervisor, *descriptors]
        readable, _, _ = select.select(watched, [], [], seconds)
        if set(readable) & set(self._supervisor):
            self.stopping = True

    def keep(self) -> None:
        """Run until stopped."""
        supervisor = os.environ.get("SUPERVISOR_PID")
        try:
            self._supervisor = [os.pidfd_open(int(supervisor))] if supervisor else []
        except ProcessLookupError:
            return
        if not self.store:
            while not self.stopping and not (self.run / "migrated").exists():
                self._wait(0.05)
            fcntl.flock(self._turn, fcntl.LOCK_SH)
        wait = FIRST_WAIT_S
        while not self.stopping:
            started = time.monotonic()
            code = self._live()
            if self._is_stopping():
                break
            lived = time.monotonic() - started
            wait = FIRST_WAIT_S if lived > STEADY_S else wait
            event(log, logging.WARNING, "process_restarts", exit=code, lived_s=round(lived, 1), in_s=wait)
            self._wait(wait)
            wait = min(wait * 2, LONGEST_WAIT_S)

    def _is_stopping(self) -> bool:
        """`stopping`, read anew: a signal handler sets it."""
        return self.stopping

    def _live(self) -> int | str:
        """Start the process, wait for its end or ours, leave none of its children behind; gives its exit code."""
        pid_file = self.run / f"{self.name}.pid"
        try:
            child = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=self._die_with_keeper
            )
        except OSError as error:
            event(log, logging.ERROR, "process_cannot_start", command=self.command[0], error=str(error))
            return str(error)
        try:
            pid_file.write_text(f"{child.pid}\n")
            ended = os.pidfd_open(child.pid)
            try:
                while not self.stopping and child.poll() is None:
                    self._wait(None, ended)
            finally:
                os.close(ended)
            if child.poll() is None:
                self._end(child)
            return child.returncode
        finally:
            pid_file.unlink(missing_ok=True)
            # What a killed master leaves (nginx workers) would hold its port.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)

    def _end(self, child: subprocess.Popen[bytes]) -> None:
        """Stop the process, by force if it takes too long; stores let the applications go first."""
        if self.store:
            self._let_applications_go()
        child.send_signal(self.stop_signal)
        try:
            child.wait(PROCESS_STOPS_S)
        except subprocess.TimeoutExpired:
            event(log, logging.WARNING, "process_killed", after_s=PROCESS_STOPS_S)
            child.kill()
            child.wait()

    def _let_applications_go(self) -> None:
        until = time.monotonic() + APPLICATIONS_STOP_S
        while time.monotonic() < until:
            try:
                fcntl.flock(self._turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.02)
            else:
                fcntl.flock(self._turn, fcntl.LOCK_UN)
                return

    def _die_with_keeper(self) -> None:
        """In the child: have the kernel stop it when this process is killed."""
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(self.stop_signal))


def main() -> None:
    parser = argparse.ArgumentParser(prog="ops.keep")
    parser.add_argument("--store", action="store_true", help="start at once, stop after the applications")
    parser.add_argument("--signal", default="TERM", help="what stops the process")
    parser.add_argument("name")
    parser.add_argument("command", nargs="+")
    asked = parser.parse_args()
    start_logs(asked.name, os.environ.get("HEATWAKE_LOG_LEVEL", "info"))
    run = Path(os.environ["HEATWAKE_VAR"]) / "run"
    keeper = Keeper(asked.name, asked.command, run, asked.store, signal.Signals[f"SIG{asked.signal}"])
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, keeper.stop)
    keeper.keep()
    sys.exit(0)


if __name__ == "__main__":
    main()
