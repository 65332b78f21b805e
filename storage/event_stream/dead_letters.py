"""Dead letters in Redis, beside the stream of the shard that they come from.

`hw:{shard}:dead` holds them by their source, `…:age` when each was buried, `…:bytes` how much they take. What must
happen together is one script, so that a letter is buried once however often its batch is done again, and goes back into
the stream once however often that is asked.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import msgspec

FORMER: Final = "hw:dead"  # the stream in which an earlier version buried
DAY_MS: Final = 86_400_000
PAGE: Final = 100  # letters that are read at once
MOST_TOGETHER: Final = 500  # letters that are buried in one round trip, and their bytes
MOST_BYTES_TOGETHER: Final = 4 * 1_048_576

# Each script's keys: letters, ages, bytes (and the stream).
_FORGET: Final = """
local function forget(source)
    redis.call('DECRBY', KEYS[3], redis.call('HSTRLEN', KEYS[1], source))
    redis.call('ZREM', KEYS[2], source)
    return redis.call('HDEL', KEYS[1], source)
end
"""
_BURY: Final = (
    _FORGET
    + """
local source, letter, now, oldest_ms, most, most_bytes = unpack(ARGV)
local new = redis.call('HSETNX', KEYS[1], source, letter)
if new == 1 then
    redis.call('ZADD', KEYS[2], now, source)
    redis.call('INCRBY', KEYS[3], #letter)
end
local dropped = 0
while redis.call('ZCARD', KEYS[2]) > 1 do
    local first = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
    local over = redis.call('ZCARD', KEYS[2]) > tonumber(most)
        or tonumber(redis.call('GET', KEYS[3])) > tonumber(most_bytes)
        or tonumber(first[2]) < tonumber(oldest_ms)
    if not over then
        break
    end
    dropped = dropped + forget(first[1])
end
return {new, dropped}
"""
)
_DROP: Final = _FORGET + "return forget(ARGV[1])"
_PUT_BACK: Final = (
    _FORGET
    + """
if forget(ARGV[1]) == 0 then
    return false
end
return redis.call('XADD', KEYS[4], '*', ARGV[2], ARGV[3])
"""
)


class Unusable(NamedTuple):
    """A record to be buried. `source`: shard/entry id/record index; `record`: its bytes."""

    source: str
    reason: str
    error: str
    record: bytes


class DeadLetter(msgspec.Struct, frozen=True):
    """A record that the worker could not use. `source`: shard/entry id/record index, its name; `record`: its bytes."""

    source: str
    reason: str
    error: str
    record: bytes
    buried_ms: int

    @property
    def project_id(self) -> int | None:
        """Whose it is, as the record's head says (docs/protocol.md, "Inside"); None: it has no whole head."""
        words = self.record[:60].split(b" ", 2)
        return int(words[1]) if len(words) == 3 and words[0] in (b"e", b"r", b"d") and words[1].isdigit() else None


class Burial(msgspec.Struct, frozen=True):
    """Whether the letter was not there before, and how many older ones made room for it."""

    new: bool
    dropped: int


@dataclass(frozen=True)
class Bounds:
    """How much is kept: over all shards so many letters and bytes, none for longer than `days`."""

    shards: int = 256
    letters: int = 10_000
    bytes: int = 64 * 1_048_576
    days: int = 30


def keys(shard: int) -> list[str]:
    """The shard's letters, their ages and their size; in the same slot of a Redis Cluster as its stream."""
    return [f"hw:{{{shard}}}:dead", f"hw:{{{shard}}}:dead:age", f"hw:{{{shard}}}:dead:bytes"]


def shard_of(source: str) -> int:
    """The shard that a letter's source names; 0 for a source that names none."""
    first = source.partition("/")[0]
    return int(first) if first.isdecimal() else 0


def bury(redis: Any, bounds: Bounds, unusable: Sequence[Unusable]) -> list[Burial]:
    """Keep a letter of each, in this order, unless it is kept already; what became of each.

    Many share a round trip. After an error some of them may be kept: the same again is right.
    """
    limits = (max(1, bounds.letters // bounds.shards), max(1, bounds.bytes // bounds.shards))
    buried: list[Burial] = []
    for some in _together(unusable):
        pipeline = redis.pipeline(transaction=False)
        for source, reason, error, record in some:
            now = round(time.time() * 1000)
            letter = msgspec.msgpack.encode(DeadLetter(source, reason, error, record, now))
            named = keys(shard_of(source))
            # A cluster's pipeline takes EVAL, but has no method for it.
            pipeline.execute_command("EVAL", _BURY, 3, *named, source, letter, now, now - bounds.days * DAY_MS, *limits)
        buried += [Burial(bool(new), int(dropped)) for new, dropped in pipeline.execute()]
    return buried


def _together(unusable: Sequence[Unusable]) -> Iterator[list[Unusable]]:
    """What is sent at once: one or more, so many and so large at most."""
    some: list[Unusable] = []
    size = 0
    for one in unusable:
        if some and (len(some) == MOST_TOGETHER or size + len(one.record) > MOST_BYTES_TOGETHER):
            yield some
            some, size = [], 0
        some.append(one)
        size += len(one.record)
    if some:
        yield some


def letter(redis: Any, source: str) -> DeadLetter | None:
    """The letter of this source; None: there is none."""
    packed = redis.hget(keys(shard_of(source))[0], source)
    return msgspec.msgpack.decode(packed, type=DeadLetter) if packed else None


def newest(redis: Any, shard: int) -> Iterator[tuple[int, str]]:
    """(buried, source) of the shard's letters, newest first."""
    at = 0
    while page := redis.zrevrange(keys(shard)[1], at, at + PAGE - 1, withscores=True):
        for source, buried_ms in page:
            yield -int(buried_ms), source.decode()
        at += PAGE


def length(redis: Any, shard: int) -> int:
    """How many letters of the shard are kept."""
    return int(redis.hlen(keys(shard)[0]))


def put_back(redis: Any, source: str, stream: str, field: bytes, payload: bytes) -> bool:
    """Take the letter away and append `payload` to its shard's stream, both or neither; False: it was not there."""
    return redis.eval(_PUT_BACK, 4, *keys(shard_of(source)), stream, source, field, payload) is not None


def drop(redis: Any, source: str) -> bool:
    """Take the letter away; False: it was not there."""
    return bool(redis.eval(_DROP, 3, *keys(shard_of(source)), source))
