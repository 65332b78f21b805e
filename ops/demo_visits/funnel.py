"""The demo project's saved funnel, so that the dashboard's Funnels page has one to begin with."""

from __future__ import annotations

from typing import Any, Final

from heatwake.settings import Settings
from storage import saved_funnels
from storage.postgres import Database

NAME: Final = "From a product to the purchase"
DEFINITION: Final[dict[str, Any]] = {
    "steps": [
        {"kind": "page", "url": "*/product/*"},
        {"kind": "event", "name": "add_to_cart"},
        {"kind": "page", "url": "*/checkout"},
        {"kind": "event", "name": "purchase"},
    ]
}


def ensure(settings: Settings, project_id: int) -> None:
    """Save it, unless the project has a funnel already."""
    with Database(settings, "app", size=1).transaction([project_id]) as connection:
        if not saved_funnels.funnels(connection, project_id):
            saved_funnels.create(connection, project_id, NAME, DEFINITION, None)
