"""Icons: a span that `assets/icons.css` fills with the current colour through a mask; names are the classes there."""

from __future__ import annotations

from typing import Literal, get_args

from dash import html

from dashboard.shell.aria import aria

IconName = Literal[
    "overview", "heatmap", "funnel", "recording", "ledger", "usage", "operations", "settings", "search", "sun", "moon",
    "system", "chevron-down", "chevron-right", "check", "copy", "plus", "trash", "key", "users", "link", "globe",
    "desktop", "tablet", "mobile", "sign-out", "menu", "calendar", "alert", "info", "arrow-up", "arrow-down", "play",
    "clock", "flag", "external", "close", "shield", "rows", "code", "pointer", "eye", "share", "filter", "download",
    "flame", "circle-slash", "cursor-lost", "gauge",
]  # fmt: skip
NAMES: tuple[str, ...] = get_args(IconName)


def icon(name: IconName, size: int = 16, class_name: str = "") -> html.Span:
    """The icon `name`, `size` px wide and high, decorative: what it means must stand beside it or in a label."""
    return html.Span(
        className=f"hw-icon hw-icon-{name} {class_name}".strip(),
        style={"--icon-size": f"{size}px"} if size != 16 else None,
        **aria(hidden="true"),
    )
