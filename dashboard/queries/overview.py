"""The overview: how much went on, and where."""

from __future__ import annotations

import datetime as dt

import msgspec

from dashboard.auth.access import Access
from dashboard.queries.cached import cached
from dashboard.queries.periods import Period
from dashboard.services import current
from storage import overview as reads
from storage.session_index import Device


class Point(msgspec.Struct, frozen=True):
    """One step of the series; `at` is its start."""

    at: dt.datetime
    sessions: int
    page_views: int
    clicks: int


class Overview(msgspec.Struct, frozen=True):
    """Totals of a period, the same of the period before it, and how they spread."""

    sessions: int
    visitors: int
    page_views: int
    clicks: int
    recordings: int
    median_duration_ms: int
    bounced: int  # sessions of one page view and no click
    before: dict[str, int]  # sessions, visitors, page_views, clicks, recordings of the period before
    step_s: int  # length of a step of the series, seconds
    series: list[Point]
    pages: list[tuple[str, int]]  # address, views
    devices: list[tuple[str, int]]
    referrers: list[tuple[str, int]]
    countries: list[tuple[str, int]]
    browsers: list[tuple[str, int]]
    as_of: dt.datetime


@cached(Overview)
def overview(access: Access, period: Period, device: Device | None = None) -> Overview:
    """The overview of a project; up to three days go by the hour, more by the day (UTC)."""
    step = dt.timedelta(hours=1) if period.end - period.start <= dt.timedelta(days=3) else dt.timedelta(days=1)
    before = Period(period.start - (period.end - period.start), period.start)
    with current().database.transaction(access.projects) as connection:
        totals = reads.totals(connection, access.project_id, period.start, period.end, device)
        earlier = reads.totals(connection, access.project_id, before.start, before.end, device)
        series = reads.series(connection, access.project_id, period.start, period.end, device, step)
        tops = reads.tops(connection, access.project_id, period.start, period.end, device)
    return Overview(
        sessions=totals["sessions"],
        visitors=totals["visitors"],
        page_views=totals["page_views"],
        clicks=totals["clicks"],
        recordings=totals["recordings"],
        median_duration_ms=totals["median_duration_ms"],
        bounced=totals["bounced"],
        before={name: earlier[name] for name in ("sessions", "visitors", "page_views", "clicks", "recordings")},
        step_s=int(step.total_seconds()),
        series=[Point(*row) for row in series],
        pages=tops["pages"],
        devices=tops["devices"],
        referrers=tops["referrers"],
        countries=tops["countries"],
        browsers=tops["browsers"],
        as_of=dt.datetime.now(dt.UTC),
    )
