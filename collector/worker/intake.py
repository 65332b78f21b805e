"""What waits in the streams of the shards that are held, gathered into batches."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from collector.worker.scan import Reader, Scan
from collector.worker.scan_library import library
from storage.event_stream import Entry, EventStream
from storage.stream_offsets import Step

BATCH_BYTES: Final = 25_165_824  # of entries in one batch, unless a single one is larger
READ_BYTES: Final = 33_554_432  # that one read should give of all shards, as far as earlier entries tell
FIRST_ENTRIES: Final = 8  # of a shard, after a time in which little waited: nothing tells how large they are
MOST_ENTRIES: Final = 2_000
SLOWLY: Final = 0.02  # how much of its own size an entry that is smaller than those before adds to the estimate


@dataclass(slots=True)
class Batch:
    """Entries that one transaction takes in, and how the offsets move."""

    scan: Scan
    steps: dict[int, Step] = field(default_factory=dict)
    bytes: int = 0


class Intake:
    """Reads behind the offsets; keeps what did not fit into a batch for the next."""

    def __init__(self, stream: EventStream, batch_requests: int) -> None:
        self._stream = stream
        self._most = batch_requests
        self._reader = Reader(library())
        self._waiting: dict[int, deque[Entry]] = {}
        self._taken: dict[int, str] = {}  # the last entry of each shard that is in a batch, or was committed
        self._entry_bytes = 65_536.0
        self._count = FIRST_ENTRIES
        self._full = False  # the last read gave all that was asked for of some shard

    @property
    def shards(self) -> set[int]:
        return set(self._taken)

    @property
    def more(self) -> bool:
        """Whether there are entries that no batch has taken yet, as far as the last read tells."""
        return self._full or any(self._waiting.values())

    def begin(self, offsets: dict[int, str]) -> None:
        """Work on these shards from these offsets, and on no others. Those that were worked on already go on."""
        for shard in self.shards - set(offsets):
            self.forget(shard)
        for shard, stream_id in offsets.items():
            self._taken[shard] = stream_id
            self._waiting[shard] = deque()

    def forget(self, shard: int) -> None:
        """Work on this shard no more."""
        self._taken.pop(shard, None)
        self._waiting.pop(shard, None)

    def batch(self, block_ms: int) -> Batch:
        """The next entries of each shard; waits up to `block_ms` for the first. Raises StreamUnavailable."""
        if not any(self._waiting.values()):
            self._read(block_ms)
        batch = Batch(Scan(self._reader))
        shards = [shard for shard, entries in self._waiting.items() if entries]
        while shards and batch.scan.size < self._most and batch.bytes < BATCH_BYTES:
            for shard in [*shards]:
                entries = self._waiting[shard]
                self._take(shard, entries.popleft(), batch)
                if not entries:
                    shards.remove(shard)
                if batch.scan.size >= self._most or batch.bytes >= BATCH_BYTES:
                    break
        return batch

    def _read(self, block_ms: int) -> None:
        """Read into `_waiting`. What is asked for doubles while more waits, so large ones show before many come."""
        fitting = int(READ_BYTES / self._entry_bytes / max(1, len(self._taken)))
        count = max(1, min(MOST_ENTRIES, self._count, fitting))
        found = self._stream.read(self._taken, count, block_ms)
        for shard, entries in found.items():
            self._waiting[shard].extend(entries)
            for entry in entries:
                self._entry_bytes += (len(entry.payload) - self._entry_bytes) * SLOWLY
        sizes = [len(entry.payload) for entries in found.values() for entry in entries]
        if sizes:
            self._entry_bytes = max(self._entry_bytes, sum(sizes) / len(sizes))
        longest = max(map(len, found.values()), default=0)
        self._full = longest >= count
        self._count = min(MOST_ENTRIES, max(FIRST_ENTRIES, 2 * longest))

    def _take(self, shard: int, entry: Entry, batch: Batch) -> None:
        before, requests = self._taken[shard], batch.scan.take(shard, entry)
        batch.bytes += len(entry.payload)
        if shard in batch.steps:
            before, requests = batch.steps[shard].before, requests + batch.steps[shard].requests
        batch.steps[shard] = Step(before, entry.stream_id, requests)
        self._taken[shard] = entry.stream_id
