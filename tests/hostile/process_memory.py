"""What the stack's processes hold in memory, from /proc: with all their children, in MiB."""

from __future__ import annotations

from pathlib import Path

from running_stack import Stack

PROCESSES = ("edge", "monolith-1", "worker-1", "worker-2", "redis")


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def _resident_kib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def resident(stack: Stack) -> dict[str, float]:
    """MiB by process."""
    pids = {name: stack.pid(name) for name in PROCESSES}
    return {name: sum(map(_resident_kib, _family(pid))) / 1024 for name, pid in pids.items() if pid}


def of_workers(stack: Stack) -> float:
    """MiB of all workers: a session's requests go to one of them."""
    return sum(mib for name, mib in resident(stack).items() if name.startswith("worker"))
