"""How much a worker reads at once: bounded in bytes whatever has waited, and soon much when much waits."""

from __future__ import annotations

import pytest
from redis import Redis

from collector.records import Record, framed
from collector.worker.intake import FIRST_ENTRIES, READ_BYTES, Intake
from storage.event_stream import Entry
from storage.event_stream.single import SingleStream

SHARDS = range(4)
LARGE = 1_000_000


class WatchedStream(SingleStream):
    """A stream that remembers what each read asked for and how many bytes it gave."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.reads: list[tuple[int, int]] = []

    def read(self, after: dict[int, str], count: int, block_ms: int) -> dict[int, list[Entry]]:
        found = super().read(after, count, block_ms)
        self.reads.append((count, sum(len(entry.payload) for entries in found.values() for entry in entries)))
        return found


@pytest.fixture
def stream(redis_url: str) -> WatchedStream:
    """An empty stream."""
    Redis.from_url(redis_url).flushall()
    return WatchedStream(redis_url)


def entry(size: int) -> bytes:
    return framed(Record("e", 1, 1, 1_790_000_000_000, "00" * 8, b"", b"", b"x" * size))


def taken(intake: Intake) -> int:
    """Requests of all batches until nothing waits."""
    requests = 0
    while (batch := intake.batch(1)).steps:
        requests += batch.scan.size
    return requests


def test_large_entries_after_small_ones_are_not_all_read_at_once(stream: WatchedStream) -> None:
    intake = Intake(stream, 16_000)
    intake.begin(dict.fromkeys(SHARDS, "0-0"))
    for number in range(400):
        stream.append(number % len(SHARDS), entry(1))
    assert taken(intake) == 400
    stream.reads.clear()
    for number in range(80):
        stream.append(number % len(SHARDS), entry(LARGE))
    assert taken(intake) == 80
    assert max(size for _, size in stream.reads) < READ_BYTES + len(SHARDS) * LARGE


def test_many_that_wait_are_read_by_ever_more_without_a_pause(stream: WatchedStream) -> None:
    intake = Intake(stream, 16_000)
    intake.begin({0: "0-0"})
    for _ in range(1_000):
        stream.append(0, entry(100))
    asked = []
    while intake.batch(1).steps and intake.more:
        asked.append(stream.reads[-1][0])
    assert asked[:4] == [FIRST_ENTRIES, 2 * FIRST_ENTRIES, 4 * FIRST_ENTRIES, 8 * FIRST_ENTRIES]
    assert taken(intake) == 0, "all were read by then"
    assert not intake.more
