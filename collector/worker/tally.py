"""Third step, counts: the ledger's lines and the traffic minutes of a batch. Pure but for the time of the commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from collector.records import Record
from collector.worker.decode import Bad, Refusal
from collector.worker.sessionize import Arrival, Sessionized
from storage.traffic_minutes import Minute, bucket

HOUR_MS: Final = 3_600_000
MINUTE_MS: Final = 60_000

LedgerCounts = dict[tuple[int, int, str], tuple[int, int]]  # project, hour in unix s, reason → requests, bytes


def ledger(sessionized: Sessionized, refusals: Iterable[Refusal], bad: Iterable[Bad]) -> LedgerCounts:
    """What became of the batch's requests."""
    counts: LedgerCounts = {}

    def add(project_id: int, received_ms: int, reason: str, requests: int, size: int) -> None:
        key = (project_id, received_ms // HOUR_MS * 3600, reason)
        old = counts.get(key, (0, 0))
        counts[key] = (old[0] + requests, old[1] + size)

    def add_record(record: Record, reason: str) -> None:
        add(record.project_id, record.received_ms, reason, 1, len(record.body))

    for request, _, _ in sessionized.arrivals:
        add_record(request.record, "accepted")
    for request in sessionized.duplicates:
        add_record(request.record, "duplicate")
    for request in sessionized.skewed:
        add_record(request.record, "clock_skew")
    for refusal in refusals:
        add(*refusal)
    for one in bad:
        if one.record and one.record.channel != "d" and in_range(one.record):
            add_record(one.record, one.reason)
    return counts


def in_range(record: Record) -> bool:
    """Whether a record names a project and a time that the ledger can hold."""
    return 0 <= record.project_id < 2**63 and 0 < record.received_ms < 100_000_000_000_000


def minutes(arrivals: Iterable[Arrival], now_ms: int) -> Mapping[tuple[int, int], Minute]:
    """Traffic by (minute in unix s, shard), with the lag of a commit at `now_ms`."""
    found: dict[tuple[int, int], Minute] = {}
    for request, _, _ in arrivals:
        record = request.record
        key = (record.received_ms // MINUTE_MS * 60, int(request.source.partition("/")[0]))
        minute = found.get(key)
        if minute is None:
            minute = found[key] = Minute()
        minute.requests += 1
        minute.events += len(request.events) or len(request.chunk)
        minute.bytes += len(record.body)
        minute.lag[bucket(now_ms - record.received_ms)] += 1
    return found
