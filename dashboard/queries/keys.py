"""API keys of a project: made, shown by their first characters, revoked."""

from __future__ import annotations

from dashboard.auth.access import Access
from dashboard.errors import NotVisible, Problem
from dashboard.queries.projects import checked_name
from dashboard.services import current
from storage import api_keys
from storage.api_keys import ApiKey, Scope


def keys(access: Access) -> list[ApiKey]:
    """All keys, newest first, the revoked ones too."""
    access.demand("admin")
    with current().database.transaction(access.projects) as connection:
        return api_keys.keys(connection, access.project_id)


def create(access: Access, name: str, scopes: list[Scope]) -> tuple[int, str]:
    """(id, key): the only time that the key is shown. Raises Problem `invalid_parameter`."""
    access.demand("admin")
    if not scopes or not set(scopes) <= {"read", "write"}:
        raise Problem("invalid_parameter", "scopes: read, or read and write.")
    wanted: list[Scope] = ["read", "write"] if "write" in scopes else ["read"]
    with current().database.transaction(access.projects) as connection:
        return api_keys.create(connection, access.project_id, checked_name(name), wanted)


def revoke(access: Access, key_id: int) -> None:
    """The key opens nothing from now on. Raises NotVisible."""
    access.demand("admin")
    with current().database.transaction(access.projects) as connection:
        if not api_keys.revoke(connection, access.project_id, key_id):
            raise NotVisible(f"The project has no key {key_id} that could be revoked.")
