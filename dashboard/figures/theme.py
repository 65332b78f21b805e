"""How every figure looks: the Plotly templates `heatwake-light` and `heatwake-dark`, series colours, number formats.

On screen a figure has the light template; `assets/charts.css` recolours text, grid and hover boxes by the theme of the
page, so that switching between light and dark needs no new figure. Exports name the template that they want.
"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterable
from typing import Any, Final, Literal

import plotly.graph_objects as go
import plotly.io as pio

# Told apart with every common colour blindness and on both backgrounds (after Okabe and Ito, evened in lightness).
SERIES: Final = ("#3b7ddd", "#e8713a", "#1fa187", "#b86bc9", "#c99a1e", "#7a8799", "#d4557a", "#5aa9c9")
PRIMARY: Final = SERIES[0]
MUTED: Final = "#9aa4b2"
BAD: Final = "#d9534f"
FONT: Final = "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', sans-serif"

# A light-to-dark scale of one hue for ordered values (depth, density); monotone in lightness.
SEQUENTIAL: Final = ("#fff4e6", "#ffd8a8", "#ffa94d", "#f76707", "#c2410c", "#7c2d12")

# Given to every dcc.Graph: no logo, no mode bar in the way, redrawn with its box.
CONFIG: Final[Any] = {"displayModeBar": False, "responsive": True, "displaylogo": False}


def _template(text: str, quiet: str, line: str, paper: str) -> go.layout.Template:
    axis = {
        "showline": False,
        "zeroline": False,
        "ticks": "",
        "gridcolor": line,
        "gridwidth": 1,
        "automargin": False,  # a margin that follows its labels would make live charts jump
        "tickfont": {"color": quiet, "size": 11},
        "title": {"font": {"color": quiet, "size": 11}},
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 12, "color": text},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": list(SERIES),
            "margin": {"l": 46, "r": 10, "t": 8, "b": 26},
            "hovermode": "x unified",
            "hoverlabel": {
                "bgcolor": paper,
                "bordercolor": line,
                "font": {"color": text, "family": FONT, "size": 12},
                "align": "left",
            },
            "xaxis": {**axis, "showgrid": False},
            "yaxis": {**axis, "rangemode": "tozero", "nticks": 5},
            "legend": {
                "orientation": "h",
                "traceorder": "normal",
                "y": 1.02,
                "yanchor": "bottom",
                "x": 0,
                "font": {"color": quiet, "size": 12},
            },
            "bargap": 0.25,
            "dragmode": False,
            "colorscale": {"sequential": [[i / (len(SEQUENTIAL) - 1), c] for i, c in enumerate(SEQUENTIAL)]},
        }
    )


pio.templates["heatwake-light"] = _template("#1b1f27", "#5f6876", "#e6e8ec", "#ffffff")
pio.templates["heatwake-dark"] = _template("#eceef2", "#9aa4b2", "#2a2f38", "#1b1f26")


def figure(*traces: Any, scheme: Literal["light", "dark"] = "light", height: int = 260, **layout: Any) -> go.Figure:
    """A figure with our template; `layout` is laid over it. Height in px is fixed, so that nothing shifts."""
    return go.Figure(list(traces), {"template": f"heatwake-{scheme}", "height": height, **layout})


def over_time(shown: go.Figure, start: dt.datetime, end: dt.datetime, step: dt.timedelta) -> go.Figure:
    """The x axis from `start` to `end` (UTC), in hours or, for steps of a day, in days; gives the same figure."""
    days = step >= dt.timedelta(days=1)
    return shown.update_xaxes(
        type="date",
        range=[start, end],
        hoverformat="%a %-d %b %Y" if days else "%a %-d %b, %H:%M UTC",
        tickformat="%-d %b" if days or end - start > dt.timedelta(days=3) else "%H:%M\n%-d %b",
    )


def mark_deploys(shown: go.Figure, marks: Iterable[tuple[str, dt.datetime]]) -> go.Figure:
    """Draw deploy marks (name, time) as dotted lines on a figure over time; gives the same figure.

    Where marks lie so close that their names would cover each other, only the first of them is named.
    """
    span = shown.layout.xaxis.range
    named: float | None = None
    for name, at in sorted(marks, key=lambda mark: mark[1]):
        place = (at - span[0]) / (span[1] - span[0]) if span else 0.5
        if not 0 <= place <= 1:
            continue
        shown.add_shape(
            type="line", x0=at, x1=at, y0=0, y1=1, yref="paper", line={"color": MUTED, "width": 1, "dash": "dot"}
        )
        if named is not None and place - named < 0.12:
            continue
        named = place
        side = "right" if place > 0.85 else "left"
        shown.add_annotation(
            x=at, y=1, yref="paper", text=html.escape(name[:40]), showarrow=False, xanchor=side, yanchor="top",
            xshift=4 if side == "left" else -4, font={"size": 11, "color": MUTED},
        )  # fmt: skip
    return shown


def faded(colour: str, opacity: float) -> str:
    """A hex colour as rgba() with this opacity (0 to 1), for areas under a line."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
