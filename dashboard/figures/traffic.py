"""Charts over time: sessions and page views of a project."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.figures.theme import SERIES, faded, figure, mark_deploys, over_time
from dashboard.queries.overview import Point


def sessions_and_views(
    points: Sequence[Point], step_s: int, marks: Sequence[tuple[str, dt.datetime]] = (), now: dt.datetime | None = None
) -> go.Figure:
    """Lines of sessions and page views by the hour or day; steps that have not begun yet are left out.

    The step that is still filling is drawn dotted, so that it is not read as a fall.
    """
    now = now or dt.datetime.now(dt.UTC)
    begun = [point for point in points if point.at <= now]
    filling = bool(begun) and begun[-1].at + dt.timedelta(seconds=step_s) > now
    times = [point.at for point in begun]
    shown = figure(height=280)
    for name, colour, values in (
        ("Page views", SERIES[1], [point.page_views for point in begun]),
        ("Sessions", SERIES[0], [point.sessions for point in begun]),
    ):
        whole = len(values) - 1 if filling and len(values) > 1 else len(values)
        shown.add_scatter(
            x=times[:whole], y=values[:whole], name=name, mode="lines" if whole > 1 else "markers",
            line={"color": colour, "width": 2}, fill="tozeroy", fillcolor=faded(colour, 0.10),
            hovertemplate="%{y:,}",
        )  # fmt: skip
        if whole < len(values):
            shown.add_scatter(
                x=times[whole - 1 :], y=values[whole - 1 :], name=f"{name} so far", mode="lines",
                line={"color": colour, "width": 2, "dash": "dot"}, hovertemplate="%{y:,}", showlegend=False,
            )  # fmt: skip
    if points:
        step = dt.timedelta(seconds=step_s)
        # A day's point stands at its start, so the last one is the end of the axis.
        end = points[-1].at + (dt.timedelta(0) if step >= dt.timedelta(days=1) else step)
        over_time(shown, points[0].at, max(end, points[0].at + step), step)
    return mark_deploys(shown.update_layout(showlegend=True, margin={"t": 34}), marks)
