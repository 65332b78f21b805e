"""Any address that no page has."""

from __future__ import annotations

from dash import dcc
from dash.development.base_component import Component

from dashboard.auth import guard
from dashboard.shell.answers import answer
from dashboard.shell.blocks import page

guard.page(__name__, needs="public", path="/not-found", name="Nothing here", title="Nothing here · Heatwake")


def layout(**_: object) -> Component:
    """That there is nothing, and the way back."""
    return page(
        answer(
            "There is nothing here",
            "The address was mistyped, or what it showed is gone.",
            action=dcc.Link("To the overview", href="/", className="hw-button"),
            picture="search",
        )
    )
