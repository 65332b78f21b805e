"""Funnel charts: how far sessions came, the same by a breakdown, and how long the way took."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import plotly.graph_objects as go

from dashboard.figures.theme import MUTED, PRIMARY, SERIES, faded, figure
from dashboard.queries.funnels import Funnel, Part, TimeBin
from dashboard.shell import words

Scheme = Literal["light", "dark"]
ROW = 78  # px of a step
MOST_PARTS = 6  # parts that are told apart by colour
_SHORT = 54


def shorter(text: str, most: int = _SHORT) -> str:
    """`text` with its middle left out where it is longer than `most` characters."""
    if len(text) <= most:
        return text
    head = (most - 1) * 2 // 3
    return f"{text[:head]}…{text[head + 1 - most :]}"


def seconds(number: float) -> str:
    """A length of time on an axis: `30 s`, `5 min`, `2 h`, `4 d`."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if number >= size:
            return f"{number / size:g} {unit}"
    return f"{number:g} s"


def _escaped(text: str) -> str:
    """`text` for a chart, whose labels are a kind of HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def funnel_bars(funnel: Funnel, names: Sequence[str], scheme: Scheme = "light") -> go.Figure:
    """One bar a step: who came so far, and hatched behind it who came to the step before and not here.

    `names`: what the steps are called. Each bar's customdata is [step, outcome] as `sessions_behind` takes them.
    """
    steps = funnel.steps
    rows = list(range(len(steps)))
    labels = [_escaped(name) for name in names]
    reached = go.Bar(
        orientation="h",
        y=rows,
        x=[step.count for step in steps],
        width=0.36,
        marker={"color": PRIMARY, "cornerradius": 4},
        customdata=[[row, "reached"] for row in rows],
        hovertext=[
            f"<b>{label}</b><br>{step.count:,} sessions came here · {words.share(step.count, steps[0].count)}"
            for label, step in zip(labels, steps, strict=True)
        ],
        hovertemplate="%{hovertext}<br>Click for their recordings<extra></extra>",
        name="Went on",
    )
    dropped = go.Bar(
        orientation="h",
        y=rows,
        x=[step.dropped for step in steps],
        width=0.36,
        marker={
            "color": faded(MUTED, 0.16),
            "cornerradius": 4,
            "pattern": {"shape": "/", "fgcolor": faded(MUTED, 0.75), "size": 6, "solidity": 0.2},
        },
        # Who did not come to step n dropped off after step n - 1.
        customdata=[[max(0, row - 1), "dropped"] for row in rows],
        hovertext=[
            f"<b>{label}</b><br>{step.dropped:,} sessions dropped off before it"
            for label, step in zip(labels, steps, strict=True)
        ],
        hovertemplate="%{hovertext}<br>Click for their recordings<extra></extra>",
        name="Dropped off",
    )
    shown = figure(
        reached,
        dropped,
        scheme=scheme,
        height=ROW * len(steps) + 16,
        barmode="stack",
        hovermode="closest",
        showlegend=False,
        margin={"l": 0, "r": 0, "t": 8, "b": 8},
        xaxis={"visible": False, "range": [0, max(1, *(step.count + step.dropped for step in steps))]},
        yaxis={"visible": False, "range": [len(steps) - 0.5, -0.5]},
    )
    for row, (label, step) in enumerate(zip(labels, steps, strict=True)):
        place = {"y": row, "yshift": 25, "showarrow": False, "xref": "paper"}
        shown.add_annotation(
            text=f"<b>{row + 1}</b>  {shorter(label)}", x=0, xanchor="left", font={"size": 13}, **place
        )
        shown.add_annotation(
            text=f"<b>{step.count:,}</b>  {words.share(step.count, steps[0].count)}",
            x=1,
            xanchor="right",
            font={"size": 13},
            **place,
        )
    return shown


def breakdown_bars(parts: Sequence[Part], names: Sequence[str], scheme: Scheme = "light") -> go.Figure:
    """Each part's rate at each step, side by side; the commonest parts only."""
    traces = [
        go.Bar(
            x=[f"{index + 1}. {shorter(_escaped(name), 24)}" for index, name in enumerate(names)],
            y=[100 * count / part.counts[0] if part.counts[0] else 0 for count in part.counts],
            customdata=part.counts,
            name=_escaped(part.value or "(none)"),
            marker={"color": SERIES[index], "cornerradius": 3},
            hovertemplate="%{y:.1f} % · %{customdata:,} sessions",
        )
        for index, part in enumerate(parts[:MOST_PARTS])
    ]
    return figure(
        *traces,
        scheme=scheme,
        height=300,
        barmode="group",
        showlegend=True,
        yaxis={"ticksuffix": " %", "range": [0, 104]},
    )


def time_histogram(times: Sequence[TimeBin], scheme: Scheme = "light") -> go.Figure:
    """How many sessions took how long from the first step to the last."""
    most = max((each.count for each in times), default=0)
    bars = go.Bar(
        x=[f"{seconds(each.from_s)} \N{EN DASH} {seconds(each.to_s)}" for each in times],
        y=[each.count for each in times],
        marker={"color": PRIMARY, "cornerradius": 3},
        hovertemplate="%{y:,} sessions<extra></extra>",
    )
    return figure(
        bars,
        scheme=scheme,
        height=220,
        bargap=max(0.12, 1 - len(times) / 8),
        xaxis={"type": "category", "tickangle": 0 if len(times) < 8 else -40},
        yaxis={"tickformat": ",d"} | ({"dtick": 1} if most < 5 else {}),
    )
