"""What stands in the event stream, for tests: read while the workers are held, so that nothing is trimmed meanwhile."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from door import until
from running_stack import Stack

from collector.records import Record, door_counts, records
from ops import processes
from storage.event_stream import open_event_stream


@contextmanager
def held(stack: Stack, *names: str) -> Iterator[None]:
    """The named processes stand still inside; names of those that do not run are passed over."""
    pids = [pid for name in names if (pid := stack.pid(name))]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def workers(stack: Stack) -> list[str]:
    """The names of the stack's workers."""
    return [f"worker-{number}" for number in processes.running(stack.settings)["worker"]]


def all_records(stack: Stack) -> list[tuple[int, Record]]:
    """(shard, record) of all that the stream holds, each shard's in order; workers must be held."""
    stream = open_event_stream(stack.settings)
    found: list[tuple[int, Record]] = []
    for shard in range(stack.settings.collector.shards):
        after = "0-0"
        while entries := stream.read({shard: after}, 1000, 0).get(shard):
            for entry in entries:
                found += [(shard, record) for record in records(entry.payload)]
            after = entries[-1].stream_id
    return found


def records_of(stack: Stack, project_id: int) -> list[tuple[int, Record]]:
    """(shard, record) of a project's own records; workers must be held."""
    return [(shard, record) for shard, record in all_records(stack) if record.project_id == project_id]


def refused(stack: Stack, project_id: int) -> dict[str, tuple[int, int]]:
    """(requests, bytes) by reason of the refusals of a project that stand in the stream."""
    total: dict[str, tuple[int, int]] = {}
    for _, record in all_records(stack):
        for counted, reason, requests, size in door_counts(record) if record.channel == "d" else ():
            if counted == project_id:
                before = total.get(reason, (0, 0))
                total[reason] = (before[0] + requests, before[1] + size)
    total.pop("received", None)
    return total


def until_refused(stack: Stack, project_id: int, wanted: dict[str, tuple[int, int]]) -> None:
    """Wait until exactly `wanted` has been counted."""
    until(lambda: refused(stack, project_id) == wanted, f"{wanted}, not {refused(stack, project_id)}, to be counted")
