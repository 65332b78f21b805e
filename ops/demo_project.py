"""The demo account, project, user and API key: what a first look needs; kept in `var/secrets/demo.json`."""

from __future__ import annotations

from typing import Any

from heatwake.settings import Settings
from ops import secrets


def read(settings: Settings) -> dict[str, Any] | None:
    """`{email, password, project_id, site_key, api_key}`, or None before the first start."""
    return secrets.demo(settings)


def ensure(settings: Settings) -> None:
    """Make it once."""
