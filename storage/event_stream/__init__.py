"""The event stream: Redis Streams, one a shard; `docs/protocol.md` says what an entry holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from heatwake.settings import Settings

FIELD = b"b"
DEAD = "hw:dead"


def stream_key(shard: int) -> str:
    """The shard's stream; the braces keep a shard's keys in one slot of a Redis Cluster."""
    return f"hw:{{{shard}}}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One appended batch: its stream id (`ms-seq`) and its bytes."""

    stream_id: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record that the worker could not use."""

    stream_id: str
    source: str
    reason: str
    error: str
    record: bytes


class StreamUnavailable(OSError):
    """Redis can't be reached or does not take the command; the text says which one and why."""


class EventStream(Protocol):
    """Ordered entries a shard. Ids grow for ever, also over a restart. Reading takes nothing away; trim does."""

    def append(self, shard: int, payload: bytes) -> str:
        """Add an entry and give back its id; when this returns the entry is in the store's log."""

    def read(self, after: dict[int, str], count: int, block_ms: int) -> dict[int, list[Entry]]:
        """Up to `count` entries of each shard behind the id given for it, waiting up to `block_ms` for the first."""

    def trim(self, shard: int, through: str) -> int:
        """Remove the entries up to and including the id `through`; gives back how many."""

    def length(self, shard: int) -> int:
        """Entries that are kept."""

    def bury(self, source: str, reason: str, error: str, record: bytes) -> None:
        """Put a record into the dead-letter stream (bounded to the newest 10,000)."""

    def dead(self, count: int) -> list[DeadLetter]:
        """The newest dead letters, newest first."""

    def dead_length(self) -> int:
        """How many dead letters are kept."""

    def check(self) -> None:
        """Raise OSError with the cause if the store can't be reached."""

    def size(self) -> int:
        """Bytes of memory that the store uses."""


def open_event_stream(settings: Settings) -> EventStream:
    """The event stream that the settings name."""
    if settings.redis.mode == "cluster":
        from storage.event_stream.cluster import ClusterStream

        return ClusterStream(settings.redis_url)
    from storage.event_stream.single import SingleStream

    return SingleStream(settings.redis_url)
