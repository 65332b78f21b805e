"""The lines that a customer puts into the head of a page."""

from __future__ import annotations

import html

from heatwake.settings import Settings


def site_snippet(settings: Settings, site_key: str) -> str:
    """The HTML that loads the tracker for a site."""
    return f'<script async src="{html.escape(settings.public_url)}/h/{site_key}.js"></script>'
