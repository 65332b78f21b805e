"""Saved funnels of a project."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from dashboard.auth.access import Access
from dashboard.errors import NotVisible, Problem
from dashboard.queries.projects import checked_name
from dashboard.services import current
from storage import saved_funnels as store

LARGEST = 32_768  # bytes of a definition


class SavedFunnel(msgspec.Struct, frozen=True):
    """A funnel by name; `definition` is what its page saved (steps, order, window, breakdown)."""

    id: int
    name: str
    definition: dict[str, Any]
    created_by: str
    updated_at: dt.datetime


def saved_funnels(access: Access) -> list[SavedFunnel]:
    """The project's funnels by name."""
    access.demand("read")
    with current().database.transaction(access.projects) as connection:
        return [_saved(row) for row in store.funnels(connection, access.project_id)]


def saved_funnel(access: Access, funnel_id: int) -> SavedFunnel:
    """One funnel. Raises NotVisible."""
    access.demand("read")
    with current().database.transaction(access.projects) as connection:
        row = store.funnel(connection, access.project_id, funnel_id)
    if row is None:
        raise NotVisible(f"There is no funnel {funnel_id}.")
    return _saved(row)


def save_funnel(access: Access, name: str, definition: dict[str, Any], funnel_id: int | None = None) -> int:
    """Keep a new funnel, or (with its id) change one; gives the id. Raises NotVisible, Problem."""
    access.demand("write")
    name = checked_name(name)
    if len(msgspec.json.encode(definition)) > LARGEST:
        raise Problem("invalid_parameter", f"definition: it has at most {LARGEST} bytes.")
    with current().database.transaction(access.projects) as connection:
        if funnel_id is None:
            return store.create(connection, access.project_id, name, definition, access.user_id)
        if not store.change(connection, access.project_id, funnel_id, name, definition):
            raise NotVisible(f"There is no funnel {funnel_id}.")
    return funnel_id


def delete_funnel(access: Access, funnel_id: int) -> None:
    """Forget a funnel. Raises NotVisible."""
    access.demand("write")
    with current().database.transaction(access.projects) as connection:
        if not store.delete(connection, access.project_id, funnel_id):
            raise NotVisible(f"There is no funnel {funnel_id}.")


def _saved(row: store.FunnelRow) -> SavedFunnel:
    return SavedFunnel(row.funnel_id, row.name, row.definition, row.created_by, row.updated_at)
