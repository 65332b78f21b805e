"""How far each shard of the event stream has been committed, and by whom; the worker writes it, operators read it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from storage.postgres import Database


@dataclass(frozen=True, slots=True)
class ShardProgress:
    """A shard: the stream id of the last entry that is committed, requests since ever, and the lease's owner if any."""

    shard: int
    stream_id: str
    requests: int
    committed_at: dt.datetime
    owner: str | None


def shard_progress(database: Database) -> list[ShardProgress]:
    """All shards that have ever been committed, in order."""
    rows = database.rows(
        "SELECT shard, stream_id, requests, committed_at, owner FROM stream_offsets"
        " LEFT JOIN (SELECT shard, owner FROM shard_leases WHERE expires_at > now()) AS held USING (shard)"
        " ORDER BY shard"
    )
    return [ShardProgress(*row) for row in rows]
