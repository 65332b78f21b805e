"""Dead letters at a Redis that is at its memory's limit: they make room, wait for it, or are told as lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from servers import redis_servers

from collector.worker import metrics
from collector.worker.dead_letters import bury_late, bury_or_wait
from collector.worker.decode import Bad
from storage.event_stream import StreamFull
from storage.event_stream.single import SingleStream
from storage.stream_offsets import Step

ENTRY = b"x" * 100_000


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """A Redis that drops nothing."""
    with redis_servers(tmp_path, 1, "--maxmemory-policy", "noeviction") as (port,):
        yield f"redis://127.0.0.1:{port}/0"


def fill(url: str, shard: int) -> list[str]:
    """Entries of 20 MB where 10 are allowed; their ids."""
    stream = SingleStream(url)
    ids = [stream.append(shard, ENTRY) for _ in range(200)]
    Redis.from_url(url).config_set("maxmemory", "10mb")
    with pytest.raises(StreamFull, match="maxmemory"):
        stream.append(shard, b"")
    return ids


def bad(source: str) -> Bad:
    return Bad(source, "poisoned", "a value that does not fit", None, b"record")


def lost() -> float:
    return metrics.dead_letters_lost._value.get()


def test_letters_take_the_room_of_what_was_committed_before(url: str) -> None:
    stream = SingleStream(url)
    ids = fill(url, 0)
    letter = bad(f"0/{ids[-1]}/0")
    assert bury_or_wait(stream, [letter], {0: Step(ids[-2], ids[-1], 1)}) == []
    assert stream.length(0) == 1, "what is committed was trimmed, what is not is kept"
    assert [one.source for one in stream.dead(9)] == [letter.source]


def test_letters_wait_for_the_room_of_their_own_batch(url: str) -> None:
    stream = SingleStream(url)
    ids = fill(url, 0)
    letters = [bad(f"0/{stream_id}/0") for stream_id in ids[:2]]
    waiting = bury_or_wait(stream, letters, {0: Step("0-0", ids[-1], len(ids))})
    assert waiting == letters
    assert stream.length(0) == len(ids)
    stream.trim(0, ids[-1])
    before = lost()
    bury_late(stream, waiting)
    assert (stream.dead_length(), lost() - before) == (2, 0)


def test_letters_without_any_room_are_counted_as_lost(url: str) -> None:
    stream = SingleStream(url)
    fill(url, 1)  # another worker's shard
    before = lost()
    waiting = bury_or_wait(stream, [bad("0/1-0/0"), bad("0/2-0/0")], {0: Step("0-0", "2-0", 2)})
    bury_late(stream, waiting)
    assert (stream.dead_length(), lost() - before) == (0, 2)
