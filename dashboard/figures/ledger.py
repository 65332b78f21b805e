"""The ledger's charts: what became of requests over time, and why some were turned away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import plotly.graph_objects as go

from dashboard.figures.theme import SERIES, figure, mark_deploys, over_time
from dashboard.queries.ledger import LedgerPoint
from dashboard.queries.periods import Period

Sorted = Mapping[str, Mapping[dt.datetime, int]]  # name → step → requests


def step_of(period: Period) -> dt.timedelta:
    """An hour for up to three days, a day beyond."""
    return dt.timedelta(hours=1) if period.end - period.start <= dt.timedelta(days=3) else dt.timedelta(days=1)


def by_step(hours: Sequence[LedgerPoint], step: dt.timedelta, name: Callable[[str], str | None]) -> Sorted:
    """Requests by what `name` calls their reason (None: left out) and the step that their hour lies in."""
    found: dict[str, dict[dt.datetime, int]] = {}
    for point in hours:
        at = point.at if step < dt.timedelta(days=1) else point.at.astimezone(dt.UTC).replace(hour=0)
        for reason, requests in point.requests.items():
            called = name(reason)
            if called is not None:
                steps = found.setdefault(called, {})
                steps[at] = steps.get(at, 0) + requests
    return found


def stacked(
    sorted_: Sorted,
    period: Period,
    colours: Mapping[str, str] | None = None,
    marks: Sequence[tuple[str, dt.datetime]] = (),
    height: int = 260,
) -> go.Figure:
    """Bars by step, one upon the other, in the order of `colours` or of their size; the whole period is the axis."""
    step = step_of(period)
    order = list(colours) if colours else sorted(sorted_, key=lambda name: -sum(sorted_[name].values()))
    shown = figure(height=height)
    for number, name in enumerate(name for name in order if name in sorted_):
        steps = sorted_[name]
        shown.add_bar(
            x=list(steps), y=list(steps.values()), name=name, width=step.total_seconds() * 800,
            marker={"color": (colours or {}).get(name, SERIES[1 + number % (len(SERIES) - 1)]), "cornerradius": 2},
            hovertemplate="%{y:,}", offset=step.total_seconds() * 100,
        )  # fmt: skip
    over_time(shown, period.start, min(period.end, dt.datetime.now(dt.UTC) + step), step)
    return mark_deploys(shown.update_layout(barmode="stack", showlegend=True, margin={"t": 34}), marks)
