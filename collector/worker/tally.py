"""Third step, counts: the ledger's lines and the traffic minutes of a batch. Pure but for the time of the commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from collector.records import Record
from collector.worker.decode import HOUR_MS, Bad, DoorCounts, Request
from collector.worker.sessionize import Arrival, Sessionized
from storage.ledger import LedgerKey
from storage.traffic_minutes import Minute, bucket

MINUTE_MS: Final = 60_000

LedgerCounts = dict[LedgerKey, list[int]]  # requests, events, bytes


def ledger(
    sessionized: Sessionized,
    counts: DoorCounts,
    bad: Iterable[Bad],
    nameless: Iterable[Request] = (),
    erased: Iterable[Request] = (),
) -> LedgerCounts:
    """What became of the batch's requests: each in one outcome, and maybe in remarks (storage.ledger) beside it;
    and what the door says that came in (RECEIVED).

    `nameless`: those of the arrivals that use a name which their project has no room for; `erased`: those that were
    dropped, since their visitor's data was erased after they had come.
    """
    lines: LedgerCounts = {}
    _add(lines, (request for request, _, _ in sessionized.arrivals), "accepted")
    _add(lines, sessionized.duplicates, "duplicate")
    _add(lines, sessionized.skewed, "clock_skew")
    _add(lines, nameless, "too_many_names")
    _add(lines, erased, "erased")
    for key, (requests, size) in counts.items():
        line = lines.setdefault(key, [0, 0, 0])
        line[0] += requests
        line[2] += size
    for one in bad:
        record = one.record
        if record and record.channel != "d" and in_range(record):
            line = lines.setdefault((record.project_id, _hour_s(record.received_ms), one.reason), [0, 0, 0])
            line[0] += 1
            line[2] += len(record.body)
    return lines


def _add(lines: LedgerCounts, requests: Iterable[Request], reason: str) -> None:
    """Add requests with their events; recording chunks have none."""
    for request in requests:
        key = (request.project_id, request.received_ms // HOUR_MS * 3600, reason)
        line = lines.get(key)
        if line is None:
            line = lines[key] = [0, 0, 0]
        line[0] += 1
        line[1] += request.events
        line[2] += request.body_bytes


def _hour_s(millis: int) -> int:
    return millis // HOUR_MS * 3600


def in_range(record: Record) -> bool:
    """Whether a record names a project and a time that the ledger can hold."""
    return 0 <= record.project_id < 2**63 and 0 < record.received_ms < 100_000_000_000_000


def minutes(arrivals: Iterable[Arrival], now_ms: int) -> Mapping[tuple[int, int], Minute]:
    """Traffic by (minute in unix s, shard), with the lag of a commit at `now_ms`."""
    found: dict[tuple[int, int], Minute] = {}
    for request, _, _ in arrivals:
        key = (request.received_ms // MINUTE_MS * 60, request.shard)
        minute = found.get(key)
        if minute is None:
            minute = found[key] = Minute()
        minute.requests += 1
        minute.events += request.events or request.chunk_events
        minute.bytes += request.body_bytes
        minute.lag[bucket(now_ms - request.received_ms)] += 1
    return found
