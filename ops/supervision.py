"""Starting, finding and stopping the supervisor of a stack (`ops.supervisor`)."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from heatwake.settings import ROOT, Settings
from ops.console import StartError
from ops.services import Service

STOPS_S = 60.0
LOG_LIMIT = 64 * 1024 * 1024
RESTART = re.compile(r'"process": "([a-z0-9-]+)", "event": "process_restarts"')


def log_file(settings: Settings) -> Path:
    """Where all processes' lines go."""
    return settings.var / "log" / "heatwake.log"


def supervisor(settings: Settings) -> int | None:
    """The pid of this stack's supervisor; None if it does not run. A stale file is not taken for it."""
    try:
        pid = int((settings.var / "run" / "supervisor.pid").read_text())
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    return pid if b"ops.supervisor" in words and str(settings.var).encode() in words else None


def start(settings: Settings, environment: Mapping[str, str]) -> None:
    """Start the supervisor in a session of its own, its output appended to the log; put aside logs that grew long."""
    log = log_file(settings)
    for grown in [path for path in log.parent.iterdir() if path.suffix != ".1" and path.stat().st_size > LOG_LIMIT]:
        grown.replace(grown.with_name(f"{grown.name}.1"))
    with log.open("ab") as output:
        subprocess.Popen(
            [sys.executable, "-m", "ops.supervisor", str(settings.var)],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    until = time.monotonic() + 20
    while supervisor(settings) is None:
        if time.monotonic() > until:
            raise StartError(f"The supervisor did not start. Its output is in {log}.")
        time.sleep(0.02)


def stop(settings: Settings) -> bool:
    """Stop the supervisor and with it every process of the stack; True when it ran. Waits until all of it is gone."""
    pid = supervisor(settings)
    if pid is None:
        return False
    handle = os.pidfd_open(pid)
    try:
        signal.pidfd_send_signal(handle, signal.SIGTERM)
        if not select.select([handle], [], [], STOPS_S)[0]:
            raise StartError(
                f"The supervisor (pid {pid}) did not stop within {STOPS_S:.0f} s; see {log_file(settings)}."
            )
    finally:
        os.close(handle)
    return True


def wait_ready(settings: Settings, wanted: list[Service], seconds: float) -> None:
    """Wait until each may take traffic. Raises StartError with the first that may not, why, and its last log lines."""
    until = time.monotonic() + seconds
    for service in wanted:
        while (trouble := service.trouble()) is not None:
            if supervisor(settings) is None:
                raise StartError(f"The stack stopped while it started.\n{last_lines(settings)}")
            if time.monotonic() > until:
                raise StartError(
                    f"{service.name} ({service.address}) is not ready after {seconds:.0f} s: {trouble}\n"
                    + last_lines(settings, service.name)
                )
            time.sleep(0.05)


def _recent_lines(settings: Settings) -> list[str]:
    """The last 256 KB of the log."""
    path = log_file(settings)
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 256 * 1024))
            return file.read().decode(errors="replace").splitlines()
    except FileNotFoundError:
        return []


def restarts(settings: Settings) -> dict[str, int]:
    """Process → how often it was started again, as far as the last 256 KB of the log tell."""
    found = (RESTART.search(line) for line in _recent_lines(settings))
    return dict(Counter(match[1] for match in found if match))


def last_lines(settings: Settings, name: str = "", count: int = 12) -> str:
    """The newest lines of the log, of one process if named, indented; and where the log is."""
    path = log_file(settings)
    # honcho writes `worker.1`, and `redis.1` for what goes by the name of redis.
    kind, _, number = name.rpartition("-")
    process = f"{kind}.{number}" if number.isdigit() else f"{name}.1"
    chosen = [line for line in _recent_lines(settings) if not name or f" {process} " in line][-count:]
    return "\n".join(f"    {line}" for line in chosen) + f"\n  The whole log is {path}."
