"""Operations' charts: requests and lag over time."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.figures.theme import SERIES, faded, figure, mark_deploys, over_time
from dashboard.queries.operations import Mark, Minute
from dashboard.queries.periods import Period


def _over_time(shown: go.Figure, period: Period, marks: Sequence[Mark]) -> go.Figure:
    start = period.start.astimezone(dt.UTC)
    end = max(min(period.end, dt.datetime.now(dt.UTC)), start + dt.timedelta(minutes=10))
    over_time(shown, start, end, dt.timedelta(minutes=1))
    return mark_deploys(shown, [(mark.name, mark.at) for mark in marks])


def requests_a_second(traffic: Sequence[Minute], step_s: int, period: Period, marks: Sequence[Mark]) -> go.Figure:
    """Requests committed a second, mean of each step."""
    shown = figure(height=230)
    shown.add_scatter(
        x=[step.at for step in traffic], y=[step.requests / step_s for step in traffic], name="Requests a second",
        mode="lines" if len(traffic) > 1 else "markers", line={"color": SERIES[0], "width": 2, "shape": "hv"},
        fill="tozeroy", fillcolor=faded(SERIES[0], 0.10), hovertemplate="%{y:.1f}/s",
    )  # fmt: skip
    return _over_time(shown.update_layout(showlegend=False), period, marks)


def lag(traffic: Sequence[Minute], period: Period, marks: Sequence[Mark]) -> go.Figure:
    """p50 and p99 of the way from the collector's door to the commit, in ms, on a logarithmic axis."""
    shown = figure(height=230)
    for name, colour, values in (
        ("p99", SERIES[1], [step.lag_p99_ms for step in traffic]),
        ("p50", SERIES[0], [step.lag_p50_ms for step in traffic]),
    ):
        shown.add_scatter(
            x=[step.at for step in traffic], y=[max(value, 1) for value in values], name=name,
            mode="lines" if len(traffic) > 1 else "markers", line={"color": colour, "width": 2},
            hovertemplate="%{y:,.0f} ms",
        )  # fmt: skip
    seen = [max(value, 1) for step in traffic for value in (step.lag_p50_ms, step.lag_p99_ms)] or [1, 1000]
    low, high = math.floor(math.log10(min(seen))), math.ceil(math.log10(max(seen) * 1.05))
    shown.update_yaxes(type="log", ticksuffix=" ms", dtick=1, range=[low, max(high, low + 1)])
    return _over_time(shown.update_layout(showlegend=True, margin={"t": 34, "l": 62}), period, marks)
