"""How every figure looks: the Plotly templates `heatwake-light` and `heatwake-dark`, series colours, number formats.

On screen a figure has the light template; `assets/charts.css` recolours text, grid and hover boxes by the theme of the
page, so that switching between light and dark needs no new figure. Exports name the template that they want.
"""

from __future__ import annotations

import datetime as dt
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
        "automargin": True,
        "tickfont": {"color": quiet, "size": 11},
        "title": {"font": {"color": quiet, "size": 11}},
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 12, "color": text},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": list(SERIES),
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "hovermode": "x unified",
            "hoverlabel": {
                "bgcolor": paper,
                "bordercolor": line,
                "font": {"color": text, "family": FONT, "size": 12},
                "align": "left",
            },
            "xaxis": {**axis, "showgrid": False},
            "yaxis": {**axis, "rangemode": "tozero", "nticks": 5},
            "legend": {"orientation": "h", "y": -0.2, "x": 0, "font": {"color": quiet, "size": 12}},
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


def mark_deploys(shown: go.Figure, marks: Iterable[tuple[str, dt.datetime]]) -> go.Figure:
    """Draw deploy marks (name, time) as dashed lines on a figure over time; gives the same figure."""
    for name, at in marks:
        shown.add_shape(
            type="line", x0=at, x1=at, y0=0, y1=1, yref="paper", line={"color": MUTED, "width": 1, "dash": "dot"}
        )
        shown.add_annotation(
            x=at, y=1, yref="paper", text=name, showarrow=False, xanchor="left", yanchor="top", xshift=4,
            font={"size": 11, "color": MUTED},
        )  # fmt: skip
    return shown


def faded(colour: str, opacity: float) -> str:
    """A hex colour as rgba() with this opacity (0 to 1), for areas under a line."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
