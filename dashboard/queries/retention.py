"""For how long a project keeps what, and what the days that ran out have lost."""

from __future__ import annotations

from dashboard.auth.access import Access
from dashboard.errors import NotVisible, Problem
from dashboard.services import current
from storage.removal import retention as store
from storage.removal.retention import Keeps, RemovedDay
from storage.site_rules import BadRule

SHOWN = 14


def keeps(access: Access) -> Keeps:
    """Days by what is kept."""
    access.demand("read")
    with current().database.transaction(access.projects) as connection:
        found = store.keeps(connection, access.project_id)
    if found is None:
        raise NotVisible(f"There is no project {access.project_id}.")
    return found


def change(access: Access, changed: Keeps) -> None:
    """Keep for other times. Raises Problem `invalid_parameter`."""
    access.demand("admin")
    try:
        with current().database.transaction(access.projects) as connection:
            store.change(connection, access.project_id, changed)
    except BadRule as error:
        raise Problem("invalid_parameter", f"days: {error}") from error


def removed(access: Access) -> list[RemovedDay]:
    """The days that lost something lately, newest first."""
    access.demand("read")
    with current().database.transaction(access.projects) as connection:
        return store.removed(connection, access.project_id, SHOWN)
