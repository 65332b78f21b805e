"""A button that opens a small panel: a native disclosure that Escape or a click elsewhere closes (assets/menus.js)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.shell.blocks import Child


def menu(
    button: Sequence[Child],
    panel: Sequence[Component],
    label: str,
    class_name: str = "",
    side: str = "left",
    **props: Any,
) -> html.Details:
    """A button with `button` inside that opens `panel` below it; `label` is read out before what the button shows."""
    return html.Details(
        [
            html.Summary(
                [html.Span(f"{label}: ", className="hw-unseen"), *button], className="hw-menu-button", title=label
            ),
            html.Div(list(panel), className=f"hw-menu-panel hw-{side}"),
        ],
        className=f"hw-menu {class_name}".strip(),
        **props,
    )
