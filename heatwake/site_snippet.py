"""The lines that a customer puts into the head of a page."""

from __future__ import annotations

import html
from typing import Final

from heatwake.settings import Settings

# So that a page may call `heatwake(…)` before the tracker is there, and when it never comes.
_CALLS: Final = "window.heatwake = window.heatwake || function () { (heatwake.q = heatwake.q || []).push(arguments) }"


def site_snippet(settings: Settings, site_key: str) -> str:
    """The HTML that loads the tracker for a site: two script elements, one a line."""
    address = html.escape(f"{settings.public_url}/h/{site_key}.js")
    return f'<script>{_CALLS}</script>\n<script async src="{address}"></script>'
