"""CPU time of processes, from /proc: what user and kernel did for them, in seconds."""

from __future__ import annotations

import os
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def _fields(pid: int) -> list[str] | None:
    """/proc/PID/stat behind the command's name: state, parent, …; None if the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def tree(*roots: int) -> set[int]:
    """These processes and all that descend from them."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _fields(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += children.get(pid, [])
    return found


def seconds(*roots: int) -> float:
    """CPU time so far of these processes with all that descend from them, those that have ended included."""
    total = 0
    for pid in tree(*roots):
        if fields := _fields(pid):
            total += sum(int(ticks) for ticks in fields[11:15])  # own user and kernel time, that of ended children
    return total * TICK_S
