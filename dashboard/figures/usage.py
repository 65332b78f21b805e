"""The usage chart: bytes by cause as one bar in parts."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.figures.theme import SERIES, figure
from dashboard.queries.ledger import Cause
from dashboard.shell import words


def bytes_by_cause(causes: Sequence[Cause]) -> go.Figure:
    """One horizontal bar whose parts are the causes, largest first; the table of causes has their colours."""
    shown = figure(height=56)
    for number, cause in enumerate(causes):
        if not cause.bytes:
            continue
        shown.add_bar(
            x=[cause.bytes], y=[""], orientation="h", name=cause.cause.capitalize(),
            marker={"color": SERIES[number % len(SERIES)]}, customdata=[words.size(cause.bytes)],
            hovertemplate="%{fullData.name}: %{customdata}<extra></extra>",
        )  # fmt: skip
    shown.update_layout(barmode="stack", hovermode="closest", showlegend=False)
    shown.update_xaxes(visible=False, range=[0, max(sum(cause.bytes for cause in causes), 1)])
    return shown.update_yaxes(visible=False)
