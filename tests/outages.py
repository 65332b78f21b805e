"""Processes of a stack that are kept down or stand still for a while, for tests."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from door import until
from running_stack import Stack


def keeper(pid: int) -> int:
    """The pid of the process that keeps `pid` alive: its parent."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


@contextmanager
def down(stack: Stack, *names: str) -> Iterator[None]:
    """The named processes are killed, with the children of theirs, and stay down inside."""
    pids = {name: stack.pid(name) or 0 for name in names}
    keepers = [keeper(pid) for pid in pids.values()]
    for pid in keepers:
        os.kill(pid, signal.SIGSTOP)
    try:
        for pid in pids.values():
            os.killpg(pid, signal.SIGKILL)
        yield
    finally:
        for pid in keepers:
            os.kill(pid, signal.SIGCONT)
        until(lambda: all(stack.pid(name) not in (None, pids[name]) for name in names), f"{names} to run again")
        until(lambda: stack.run("status").returncode == 0, "all to be ready")


def children(pid: int) -> list[int]:
    """The children of a process: nginx' workers, of nginx."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
