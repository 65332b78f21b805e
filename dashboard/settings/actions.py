"""Buttons that act, and how their callbacks tell a press from a button that has only just been drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import ctx, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.errors import Problem
from dashboard.settings.tabs import notice


def button(text: str, id: str | dict[str, Any], *, primary: bool = False, confirm: str = "") -> Component:
    """A button; with `confirm` a first press only asks that, a second one soon after acts (assets/confirm.js)."""
    asks: dict[str, Any] = {"data-confirm": confirm} if confirm else {}
    look = "hw-primary" if primary else ("hw-danger hw-small" if confirm else "")
    return html.Button(html.Span(text), id=id, type="button", n_clicks=0, className=f"hw-button {look}".strip(), **asks)


def pressed() -> Any:
    """The id of what was pressed. Raises PreventUpdate if nothing was: a button that is new counts as an input."""
    if not ctx.triggered or not any(one["value"] for one in ctx.triggered):
        raise PreventUpdate
    return ctx.triggered_id


def tried(action: Callable[[], Any]) -> Any:
    """What `action` says, or its problem as a notice."""
    try:
        return action()
    except Problem as problem:
        return notice(problem.message, "bad")
