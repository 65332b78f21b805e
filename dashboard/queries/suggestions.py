"""What a funnel's steps can be: pages, custom events and elements that have been seen."""

from __future__ import annotations

import msgspec

from dashboard.auth.access import Access
from dashboard.queries.cached import cached
from dashboard.services import current
from storage import names, page_traffic


class Suggestions(msgspec.Struct, frozen=True):
    """`pages`: addresses; `events`: names; `elements`: (selector, label)."""

    pages: list[str]
    events: list[str]
    elements: list[tuple[str, str]]


@cached(Suggestions)
def suggestions(access: Access, search: str = "") -> Suggestions:
    """What has been seen in the project and contains `search`; 200 of each at most."""
    with current().database.transaction(access.projects) as connection:
        return Suggestions(
            page_traffic.addresses(connection, access.project_id, search, 200),
            [name for name in names.known_events(connection, access.project_id) if search.lower() in name.lower()],
            names.known_elements(connection, access.project_id, search, 200),
        )
