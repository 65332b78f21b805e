"""The overview's stat tiles: totals of the period against the period before."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.queries.overview import Overview
from dashboard.shell import words
from dashboard.shell.blocks import tile, tiles
from dashboard.shell.view import View


def numbers(answer: Overview, view: View) -> Component:
    """Sessions, visitors, page views, clicks, recordings, time and bounces; each leads to what it counts."""
    before = answer.before
    recordings = view.link("/recordings")

    def against(name: str, now: int) -> str | None:
        return words.change(now, before[name])

    return tiles(
        tile("Sessions", words.count(answer.sessions), change=against("sessions", answer.sessions),
             note=f"{before['sessions']:,} before", href=recordings),
        tile("Visitors", words.count(answer.visitors), change=against("visitors", answer.visitors),
             note=f"{before['visitors']:,} before", href=recordings,
             hint="Browsers, told apart by a random id of their own"),
        tile("Page views", words.count(answer.page_views), change=against("page_views", answer.page_views),
             note=f"{_each(answer.page_views, answer.sessions)} / session", href=view.link("/heatmaps")),
        tile("Clicks", words.count(answer.clicks), change=against("clicks", answer.clicks),
             note=f"{_each(answer.clicks, answer.page_views)} / view", href=view.link("/heatmaps")),
        tile("Recordings", words.count(answer.recordings), change=against("recordings", answer.recordings),
             note=f"{words.share(answer.recordings, answer.sessions)} of all",
             href=view.link("/recordings", recorded=1)),
        tile("Median time", words.clock(answer.median_duration_ms), note="half last longer"),
        tile("Bounced", words.share(answer.bounced, answer.sessions),
             note=f"{answer.bounced:,} {'session' if answer.bounced == 1 else 'sessions'}",
             hint="Sessions of one page view and no click"),
    )  # fmt: skip


def _each(part: int, whole: int) -> str:
    return f"{part / whole:.1f}" if whole else "0"
