"""What has been committed of projects, and waiting for it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from dataclasses import dataclass

from bench.stack import Stack
from storage import ledger, overview
from storage.event_stream import open_event_stream
from storage.postgres import Database
from storage.shard_progress import shard_progress

DRAINS_S = 600  # how long the workers may take for what is left when the load has ended


@dataclass(frozen=True)
class Counted:
    """What the database says of the projects."""

    accepted: int
    duplicate: int
    other: int  # requests that the worker could not use
    clicks: int


def counted_of(database: Database, projects: Iterable[int]) -> Counted:
    """The ledger and the clicks of all these projects."""
    now = dt.datetime.now(dt.UTC)
    start, end = now - dt.timedelta(days=1), now + dt.timedelta(days=1)
    by_reason: dict[str, int] = {}
    clicks = 0
    for project_id in projects:
        with database.transaction([project_id]) as connection:
            rows = ledger.read(connection, project_id, start, end)
            clicks += overview.totals(connection, project_id, start, end, None)["clicks"]
        for line in rows:
            if line.reason not in ledger.REMARKS:
                by_reason[line.reason] = by_reason.get(line.reason, 0) + line.requests
    other = sum(by_reason.values()) - by_reason.get("accepted", 0) - by_reason.get("duplicate", 0)
    return Counted(by_reason.get("accepted", 0), by_reason.get("duplicate", 0), other, clicks)


def committed(database: Database) -> int:
    """Requests that all shards' offsets have passed since ever."""
    return sum(one.requests for one in shard_progress(database))


def wait_committed(stack: Stack, database: Database, requests: int) -> None:
    """Until the offsets have passed so many requests and the streams are empty, ten minutes at most.

    Asks for little: what it costs the stores is counted as the product's.
    """
    stream, until = open_event_stream(stack.settings), time.monotonic() + DRAINS_S
    while time.monotonic() < until:
        empty = not any(stream.length(shard) for shard in range(stack.settings.collector.shards))
        if empty and committed(database) >= requests:
            return
        time.sleep(0.2)
