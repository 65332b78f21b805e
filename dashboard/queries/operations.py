"""Operations: is it well, and since when not; for those who run the installation."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

import msgspec

from dashboard.auth.access import Access
from dashboard.queries.cached import cached
from dashboard.queries.periods import Period
from dashboard.services import Services, current
from storage import deploys, ledger, traffic_report


class Minute(msgspec.Struct, frozen=True):
    """A step of the traffic: counts a step, lag in ms from the collector's door to the commit."""

    at: dt.datetime
    requests: int
    events: int
    bytes: int
    lag_p50_ms: float
    lag_p99_ms: float


class StoreHealth(msgspec.Struct, frozen=True):
    """A store: whether it answers, how fast, and what it holds."""

    store: str
    healthy: bool
    cause: str
    check_ms: float
    items: int | None
    bytes: int | None


class Mark(msgspec.Struct, frozen=True):
    """A deploy mark."""

    name: str
    at: dt.datetime


class Operations(msgspec.Struct, frozen=True):
    """Traffic of the installation, refusals of the project and of unknown sites, stores, marks, dead letters."""

    step_s: int
    traffic: list[Minute]
    refusals: list[tuple[str, str, int]]  # reason, plain words, requests
    lag_p50_ms: float
    lag_p99_ms: float
    stores: list[StoreHealth]
    streams: list[tuple[int, int]]  # shard, entries kept
    dead_letters: int
    dead: list[tuple[str, str, str]]  # source, reason, error of the newest
    deploys: list[Mark]
    as_of: dt.datetime


def _health(store: str, check: Callable[[], None], size: Callable[[], tuple[int | None, int]]) -> StoreHealth:
    begun = time.perf_counter()
    try:
        check()
        items, held = size()
    except (OSError, RuntimeError) as error:
        return StoreHealth(store, False, str(error), round((time.perf_counter() - begun) * 1000, 1), None, None)
    return StoreHealth(store, True, "", round((time.perf_counter() - begun) * 1000, 1), items, held)


def stores(services: Services) -> list[StoreHealth]:
    """Each store's health and size, asked now."""
    return [
        _health("postgres", services.database.check, lambda: (None, traffic_report.database_bytes(services.database))),
        _health("event stream (redis)", services.stream.check, lambda: (None, services.stream.size())),
        _health("cache (memcached)", services.cache.check, lambda: (None, services.cache.size())),
        _health(f"blobs ({services.settings.blobs.store})", services.blobs.check, services.blobs.size),
        _health(f"session index ({services.settings.sessions})", services.sessions.check, services.sessions.size),
    ]


@cached(Operations, needs="operate")
def operations(access: Access, period: Period) -> Operations:
    """How the installation does; traffic by the minute up to six hours, by the hour beyond."""
    services = current()
    step = dt.timedelta(minutes=1) if period.end - period.start <= dt.timedelta(hours=6) else dt.timedelta(hours=1)
    with services.database.transaction([0, *access.projects]) as connection:
        rows = traffic_report.traffic(connection, period.start, period.end, step)
        refused = ledger.refusals(connection, period.start, period.end)
        marks = deploys.between(connection, [0, access.project_id], period.start, period.end)
    whole = [sum(column) for column in zip(*(row.lag for row in rows), strict=True)]
    health = stores(services)
    stream_up = health[1].healthy
    return Operations(
        step_s=int(step.total_seconds()),
        traffic=[
            Minute(
                row.at,
                row.requests,
                row.events,
                row.bytes,
                traffic_report.quantile_ms(row.lag, 0.5),
                traffic_report.quantile_ms(row.lag, 0.99),
            )
            for row in rows
        ],
        refusals=[(reason, ledger.REASONS.get(reason, ""), requests) for reason, requests in refused],
        lag_p50_ms=traffic_report.quantile_ms(whole, 0.5),
        lag_p99_ms=traffic_report.quantile_ms(whole, 0.99),
        stores=health,
        streams=[(shard, services.stream.length(shard)) for shard in range(services.settings.collector.shards)]
        if stream_up
        else [],
        dead_letters=services.stream.dead_length() if stream_up else 0,
        dead=[(letter.source, letter.reason, letter.error) for letter in services.stream.dead(5)] if stream_up else [],
        deploys=[Mark(mark.name, mark.at) for mark in marks],
        as_of=dt.datetime.now(dt.UTC),
    )
