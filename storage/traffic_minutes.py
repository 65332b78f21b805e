"""Traffic by the minute and shard: requests, events, bytes, and the lag from the collector's door to the commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from storage import columns
from storage.postgres import Connection, statement

LAG_BUCKETS: Final = 21  # up to 2^i ms, i = 0 to 20


def bucket(lag_ms: int) -> int:
    """The smallest i with lag_ms <= 2^i; everything above the last bucket falls into it."""
    return min((lag_ms - 1).bit_length(), LAG_BUCKETS - 1) if lag_ms > 1 else 0


@dataclass(slots=True)
class Minute:
    """What came in during one minute of one shard; `lag`: requests a bucket."""

    requests: int = 0
    events: int = 0
    bytes: int = 0
    lag: list[int] = field(default_factory=lambda: [0] * LAG_BUCKETS)


def add(connection: Connection, minutes: Mapping[tuple[int, int], Minute]) -> None:
    """Add to the minutes, by (minute as unix seconds, shard)."""
    if not minutes:
        return
    connection.execute(
        statement("traffic_minutes.add"),
        {
            "minute_s": columns.numbers(minute for minute, _ in minutes),
            "shard": columns.numbers(shard for _, shard in minutes),
            "requests": columns.numbers(one.requests for one in minutes.values()),
            "events": columns.numbers(one.events for one in minutes.values()),
            "bytes": columns.numbers(one.bytes for one in minutes.values()),
            "lag": columns.texts(columns.numbers(one.lag) for one in minutes.values()),
        },
    )
