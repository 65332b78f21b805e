"""Reads of the installation's traffic: requests, events and lag by step of time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from storage.postgres import Connection, Database, statement


@dataclass(frozen=True, slots=True)
class TrafficRow:
    """A step: counts, and the lag histogram (requests up to 2^i ms, i = 0 to 20)."""

    at: dt.datetime
    requests: int
    events: int
    bytes: int
    lag: list[int]


def traffic(connection: Connection, start: dt.datetime, end: dt.datetime, step: dt.timedelta) -> list[TrafficRow]:
    """Steps of [start, end) in which anything came in, all shards together."""
    steps: dict[dt.datetime, TrafficRow] = {}
    for at, requests, events, size, lag in connection.execute(
        statement("traffic.between"), {"start": start, "end": end, "step": step}
    ).fetchall():
        old = steps.get(at, TrafficRow(at, 0, 0, 0, [0] * len(lag)))
        steps[at] = TrafficRow(
            at,
            old.requests + requests,
            old.events + events,
            old.bytes + size,
            [a + b for a, b in zip(old.lag, lag, strict=True)],
        )
    return [steps[at] for at in sorted(steps)]


def quantile_ms(lag: list[int], share: float) -> float:
    """The lag below which `share` of the requests were committed, in ms: interpolated inside a bucket of `lag`."""
    total = sum(lag)
    if not total:
        return 0.0
    wanted = share * total
    seen = 0
    for power, count in enumerate(lag):
        if count and seen + count >= wanted:
            low = 2.0 ** (power - 1) if power else 0.0
            return round(low + (2.0**power - low) * (wanted - seen) / count, 1)
        seen += count
    return float(2 ** (len(lag) - 1))


def database_bytes(database: Database) -> int:
    """What Postgres holds on disk."""
    return int(database.rows("SELECT pg_database_size(current_database())")[0][0])
