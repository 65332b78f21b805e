"""Offsets: how far each shard has been committed; moved by compare-and-set in the transaction of what came of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from storage import columns
from storage.postgres import Connection, Database, statement


class OffsetMoved(RuntimeError):
    """Another worker owns a shard or has committed it; the transaction must be rolled back. `shards`: which."""

    def __init__(self, shards: set[int]) -> None:
        super().__init__(f"shards {sorted(shards)} are owned or were committed by another worker")
        self.shards = shards


class Step(NamedTuple):
    """A shard's offset is to go from the stream id `before` to `after`, over `requests` requests."""

    before: str
    after: str
    requests: int


def read(database: Database, shards: Collection[int]) -> dict[int, str]:
    """The committed stream id of each shard; one that has none yet begins at 0-0."""
    rows = database.rows(statement("stream_offsets.read"), {"shards": columns.numbers(sorted(shards))})
    return {int(shard): stream_id for shard, stream_id in rows}


def move(connection: Connection, worker: str, steps: Mapping[int, Step]) -> None:
    """Move the offsets in the caller's transaction, as its first statement: another worker then waits or is refused.

    Raises OffsetMoved if a shard's offset is not where it was, or the worker has lost the shard's lease.
    """
    shards = sorted(steps)
    rows = connection.execute(
        statement("stream_offsets.move"),
        {
            "worker": worker,
            "shard": columns.numbers(shards),
            "before": columns.words(steps[shard].before for shard in shards),
            "after": columns.words(steps[shard].after for shard in shards),
            "requests": columns.numbers(steps[shard].requests for shard in shards),
        },
    ).fetchall()
    if len(rows) < len(shards):
        raise OffsetMoved(set(shards) - {int(shard) for (shard,) in rows})


def later(stream_id: str, other: str) -> bool:
    """Whether a stream id is behind another one."""
    return _parts(stream_id) > _parts(other)


def _parts(stream_id: str) -> tuple[int, int]:
    millis, _, sequence = stream_id.partition("-")
    return int(millis), int(sequence or 0)
