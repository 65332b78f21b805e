"""The event stream: Redis Streams, one a shard; `docs/protocol.md` says what an entry holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from heatwake.settings import Settings
from storage.event_stream.dead_letters import Bounds, Burial, DeadLetter, Unusable

if TYPE_CHECKING:
    from storage.event_stream.single import SingleStream

FIELD = b"b"


def stream_key(shard: int) -> str:
    """The shard's stream; the braces keep a shard's keys in one slot of a Redis Cluster."""
    return f"hw:{{{shard}}}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One appended batch: its stream id (`ms-seq`) and its bytes."""

    stream_id: str
    payload: bytes


class StreamUnavailable(OSError):
    """Redis can't be reached or does not take the command; the text says which one and why."""


class StreamFull(StreamUnavailable):
    """Redis is at its memory's limit and takes nothing new; reading and trimming go on."""


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

    def last(self, shard: int) -> str:
        """The id of the newest entry that is kept; `0-0` if none is."""

    def rewrite_log(self) -> bool:
        """Begin to write the log anew, without what was trimmed or taken away; False: that is under way already."""

    def rewriting_log(self) -> bool:
        """Whether the log is being written anew. Raises StreamUnavailable if that failed the last time."""

    def bury(self, unusable: Sequence[Unusable]) -> list[Burial]:
        """Keep each record that can't be used, once, and tell what became of each, in this order.

        The oldest make room when there are too many or too large ones. After an error the same again is right.
        Raises StreamFull when the store has no memory for it.
        """

    def dead(self, count: int) -> list[DeadLetter]:
        """The newest dead letters, newest first."""

    def all_dead(self) -> Iterator[DeadLetter]:
        """All dead letters, newest first, read as they are asked for."""

    def dead_letter(self, source: str) -> DeadLetter | None:
        """The dead letter of this source (shard/entry id/record index); None: there is none."""

    def dead_length(self) -> int:
        """How many dead letters are kept."""

    def put_back(self, source: str, payload: bytes) -> bool:
        """Take the dead letter away and append `payload` to its shard, both or neither; False: it was not there."""

    def drop_dead(self, source: str) -> bool:
        """Take the dead letter away; False: it was not there."""

    def adopt_dead(self) -> int:
        """Take over what an earlier version has buried in one stream for all shards; gives how many letters."""

    def check(self) -> None:
        """Raise OSError with the cause if the store can't be reached."""

    def size(self) -> int:
        """Bytes of memory that the store uses."""


def open_event_stream(settings: Settings) -> EventStream:
    """The event stream that the settings name."""
    stream: SingleStream
    if settings.redis.mode == "cluster":
        from storage.event_stream.cluster import ClusterStream

        stream = ClusterStream(settings.redis_url)
    else:
        from storage.event_stream.single import SingleStream

        stream = SingleStream(settings.redis_url)
    kept = settings.collector
    stream.bounds = Bounds(kept.shards, kept.dead_letters, kept.dead_letters_mb * 1_048_576, kept.dead_letters_days)
    return stream
