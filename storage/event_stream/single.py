"""Event streams on one Redis server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisClusterException, RedisError
from redis.retry import Retry

from storage.event_stream import DEAD, FIELD, DeadLetter, Entry, StreamUnavailable, stream_key

DEAD_LETTERS: Final = 10_000
DEAD_RECORD_BYTES: Final = 65_536  # of a dead record are kept: enough to see what it was, too little to fill the memory


@contextmanager
def reaching(what: str) -> Iterator[None]:
    """Errors of the client as StreamUnavailable."""
    try:
        yield
    except (RedisError, RedisClusterException) as error:  # the second is none of the first's kind
        raise StreamUnavailable(f"Redis did not {what}: {error}") from error


def behind(stream_id: str) -> str:
    """The smallest id greater than `stream_id`."""
    millis, _, sequence = stream_id.partition("-")
    return f"{millis}-{int(sequence or 0) + 1}"


class SingleStream:
    """The promises of `storage.event_stream.EventStream`; commands are never repeated by the client itself."""

    def __init__(self, url: str, connect_s: float = 2.0, answer_s: float = 5.0) -> None:
        self._answer_ms = int(answer_s * 1000)
        self._redis: Any = self._open(url, connect_s, answer_s)

    def _open(self, url: str, connect_s: float, answer_s: float) -> Any:
        # A repeated XADD could append twice, so there is no retry.
        return Redis.from_url(
            url, socket_connect_timeout=connect_s, socket_timeout=answer_s, retry=Retry(NoBackoff(), 0)
        )

    def append(self, shard: int, payload: bytes) -> str:
        """Add an entry; the server answers after its log has it (appendfsync)."""
        with reaching("take an entry"):
            stream_id: bytes = self._redis.xadd(stream_key(shard), {FIELD: payload})
        return stream_id.decode()

    def read(self, after: dict[int, str], count: int, block_ms: int) -> dict[int, list[Entry]]:
        """Up to `count` entries of each shard; waits at most half the time after which a server counts as gone."""
        shards = {stream_key(shard).encode(): shard for shard in after}
        ids = {stream_key(shard): stream_id for shard, stream_id in after.items()}
        block = min(block_ms, self._answer_ms // 2) if block_ms > 0 else None
        with reaching("give entries"):
            found = self._redis.xread(ids, count=count, block=block) if ids else []
        pairs = found.items() if isinstance(found, dict) else found
        return {shards[key]: [_entry(item) for item in items] for key, items in pairs if items}

    def trim(self, shard: int, through: str) -> int:
        """Remove the entries up to and including the id `through`."""
        with reaching("trim a stream"):
            return int(self._redis.xtrim(stream_key(shard), minid=behind(through), approximate=False))

    def length(self, shard: int) -> int:
        """Entries that are kept."""
        with reaching("tell a stream's length"):
            return int(self._redis.xlen(stream_key(shard)))

    def bury(self, source: str, reason: str, error: str, record: bytes) -> None:
        """Put a record, cut to DEAD_RECORD_BYTES, into the dead-letter stream."""
        fields = {"source": source, "reason": reason, "error": error, "record": record[:DEAD_RECORD_BYTES]}
        with reaching("take a dead letter"):
            self._redis.xadd(DEAD, fields, maxlen=DEAD_LETTERS, approximate=False)

    def dead(self, count: int) -> list[DeadLetter]:
        """The newest dead letters, newest first."""
        with reaching("give the dead letters"):
            found = self._redis.xrevrange(DEAD, count=count)
        return [
            DeadLetter(
                stream_id.decode(),
                fields.get(b"source", b"").decode(errors="replace"),
                fields.get(b"reason", b"").decode(errors="replace"),
                fields.get(b"error", b"").decode(errors="replace"),
                fields.get(b"record", b""),
            )
            for stream_id, fields in found
        ]

    def dead_length(self) -> int:
        """How many dead letters are kept."""
        with reaching("tell the number of dead letters"):
            return int(self._redis.xlen(DEAD))

    def check(self) -> None:
        """Raise StreamUnavailable if the server does not answer."""
        with reaching("answer"):
            self._redis.ping()

    def size(self) -> int:
        """Bytes of memory that the server uses."""
        with reaching("tell its memory"):
            return int(self._redis.info("memory")["used_memory"])


def _entry(item: tuple[bytes, dict[bytes, bytes]]) -> Entry:
    stream_id, fields = item
    return Entry(stream_id.decode(), fields.get(FIELD, b""))
