"""Event streams on one Redis server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from heapq import merge
from itertools import islice
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import OutOfMemoryError, RedisClusterException, RedisError
from redis.retry import Retry

from storage.event_stream import FIELD, Entry, StreamFull, StreamUnavailable, dead_letters, stream_key
from storage.event_stream.dead_letters import Bounds, Burial, DeadLetter, Unusable


@contextmanager
def reaching(what: str) -> Iterator[None]:
    """Errors of the client as StreamUnavailable."""
    try:
        yield
    except OutOfMemoryError as error:
        raise StreamFull(f"Redis did not {what}: {error}") from error
    except (RedisError, RedisClusterException) as error:  # the second is none of the first's kind
        raise StreamUnavailable(f"Redis did not {what}: {error}") from error


def behind(stream_id: str) -> str:
    """The smallest id greater than `stream_id`."""
    millis, _, sequence = stream_id.partition("-")
    return f"{millis}-{int(sequence or 0) + 1}"


class SingleStream:
    """The promises of `storage.event_stream.EventStream`; commands are never repeated by the client itself.

    `bounds`: of the dead letters.
    """

    bounds = Bounds()

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

    def last(self, shard: int) -> str:
        """The id of the newest entry that is kept."""
        with reaching("tell a stream's last entry"):
            found: list[tuple[bytes, Any]] = self._redis.xrevrange(stream_key(shard), count=1)
        return found[0][0].decode() if found else "0-0"

    def rewrite_log(self) -> bool:
        """Begin to write the log anew; False: that is under way already."""
        if self.rewriting_log():
            return False
        with reaching("write its log anew"):
            self._everywhere("BGREWRITEAOF")
        return True

    def rewriting_log(self) -> bool:
        """Whether any server's log is being written anew."""
        with reaching("tell of its log"):
            told = self._everywhere("INFO", "persistence")
        if any(one["aof_enabled"] and one["aof_last_bgrewrite_status"] != "ok" for one in told):
            raise StreamUnavailable("Redis could not write its log anew; its own log says why")
        return any(one["aof_rewrite_in_progress"] or one["aof_rewrite_scheduled"] for one in told)

    def _everywhere(self, *words: str) -> list[Any]:
        """The answers of all servers that hold something."""
        return [self._redis.execute_command(*words)]

    def bury(self, unusable: Sequence[Unusable]) -> list[Burial]:
        """Keep each record that can't be used, once."""
        with reaching("take a dead letter"):
            return dead_letters.bury(self._redis, self.bounds, unusable)

    def dead(self, count: int) -> list[DeadLetter]:
        """The newest dead letters, newest first."""
        return list(islice(self.all_dead(), count))

    def all_dead(self) -> Iterator[DeadLetter]:
        """All dead letters, newest first."""
        with reaching("give the dead letters"):
            listed = [dead_letters.newest(self._redis, shard) for shard in range(self.bounds.shards)]
            for _, source in merge(*listed):
                letter = dead_letters.letter(self._redis, source)
                if letter:  # else it was taken away meanwhile
                    yield letter

    def dead_letter(self, source: str) -> DeadLetter | None:
        """The dead letter of this source."""
        with reaching("give a dead letter"):
            return dead_letters.letter(self._redis, source)

    def dead_length(self) -> int:
        """How many dead letters are kept."""
        with reaching("tell the number of dead letters"):
            return sum(dead_letters.length(self._redis, shard) for shard in range(self.bounds.shards))

    def put_back(self, source: str, payload: bytes) -> bool:
        """Take the dead letter away and append `payload` to its shard, both or neither."""
        stream = stream_key(dead_letters.shard_of(source))
        with reaching("take a dead letter back"):
            return dead_letters.put_back(self._redis, source, stream, FIELD, payload)

    def drop_dead(self, source: str) -> bool:
        """Take the dead letter away."""
        with reaching("drop a dead letter"):
            return dead_letters.drop(self._redis, source)

    def adopt_dead(self) -> int:
        """Take over what an earlier version has buried in one stream for all shards."""
        adopted = 0
        with reaching("give the dead letters of an earlier version"):
            while page := self._redis.xrange(dead_letters.FORMER, count=dead_letters.PAGE):
                dead_letters.bury(self._redis, self.bounds, [_unusable(fields) for _, fields in page])
                self._redis.xdel(dead_letters.FORMER, *(stream_id for stream_id, _ in page))
                adopted += len(page)
        return adopted

    def check(self) -> None:
        """Raise StreamUnavailable if the server does not answer."""
        with reaching("answer"):
            self._redis.ping()

    def size(self) -> int:
        """Bytes of memory that the server uses."""
        with reaching("tell its memory"):
            return int(self._redis.info("memory")["used_memory"])


def _unusable(fields: dict[bytes, bytes]) -> Unusable:
    """What an earlier version buried."""
    source, reason, error = (
        fields.get(name, b"").decode(errors="replace") for name in (b"source", b"reason", b"error")
    )
    return Unusable(source, reason, error, fields.get(b"record", b""))


def _entry(item: tuple[bytes, dict[bytes, bytes]]) -> Entry:
    stream_id, fields = item
    return Entry(stream_id.decode(), fields.get(FIELD, b""))
