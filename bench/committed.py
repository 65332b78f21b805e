"""What has been committed of a project, and waiting for it."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass

from bench.stack import Stack
from storage import ledger, overview
from storage.event_stream import open_event_stream
from storage.postgres import Database

DRAINS_S = 600  # how long the workers may take for what is left when the load has ended


@dataclass(frozen=True)
class Counted:
    """What the database says of the project."""

    accepted: int
    duplicate: int
    other: int  # requests that the worker could not use
    clicks: int


def counted_of(database: Database, project_id: int) -> Counted:
    now = dt.datetime.now(dt.UTC)
    start, end = now - dt.timedelta(days=10), now + dt.timedelta(days=1)
    with database.transaction([project_id]) as connection:
        rows = ledger.read(connection, project_id, start, end)
        clicks = overview.totals(connection, project_id, start, end, None)["clicks"]
    by_reason: dict[str, int] = {}
    for line in rows:
        if line.reason not in ledger.REMARKS:
            by_reason[line.reason] = by_reason.get(line.reason, 0) + line.requests
    other = sum(by_reason.values()) - by_reason.get("accepted", 0) - by_reason.get("duplicate", 0)
    return Counted(by_reason.get("accepted", 0), by_reason.get("duplicate", 0), other, clicks)


def wait_committed(stack: Stack, database: Database, project_id: int, acknowledged: int) -> Counted:
    """When all that was acknowledged is committed, or the streams are empty and stay so."""
    stream, until = open_event_stream(stack.settings), time.monotonic() + DRAINS_S
    while True:
        empty = not any(stream.length(shard) for shard in range(stack.settings.collector.shards))
        counted = counted_of(database, project_id)
        if empty and counted.accepted + counted.duplicate + counted.other >= acknowledged:
            return counted
        if time.monotonic() > until:
            return counted
        time.sleep(0.2)
