"""Reads of a project's dictionaries: what elements and custom events there are, for building funnels."""

from __future__ import annotations

from storage.naming import fitting
from storage.postgres import Connection


def element_by_selector(connection: Connection, project_id: int, selector: str) -> int | None:
    """The element's id, or None if nothing of this selector was ever clicked."""
    row = connection.execute(
        "SELECT element_id FROM elements WHERE project_id = %s AND selector = %s", (project_id, fitting(selector))
    ).fetchone()
    return int(row[0]) if row else None


def event_by_name(connection: Connection, project_id: int, name: str) -> int | None:
    """The custom event's id, or None if it never happened."""
    row = connection.execute(
        "SELECT name_id FROM event_names WHERE project_id = %s AND name = %s", (project_id, name)
    ).fetchone()
    return int(row[0]) if row else None


def known_events(connection: Connection, project_id: int, limit: int = 200) -> list[str]:
    """Names of the custom events that have happened, in order of the alphabet; without the tracker's own (`$…`)."""
    return [
        row[0]
        for row in connection.execute(
            "SELECT name FROM event_names WHERE project_id = %s AND left(name, 1) <> '$' ORDER BY name LIMIT %s",
            (project_id, limit),
        ).fetchall()
    ]


def known_elements(connection: Connection, project_id: int, search: str, limit: int = 50) -> list[tuple[str, str]]:
    """(selector, label) of elements whose selector or label contains `search`."""
    return connection.execute(
        "SELECT selector, text FROM elements WHERE project_id = %(project)s"
        " AND (position(lower(%(search)s) IN lower(text)) > 0 OR position(lower(%(search)s) IN lower(selector)) > 0)"
        " ORDER BY text = '', element_id LIMIT %(limit)s",
        {"project": project_id, "search": search, "limit": limit},
    ).fetchall()


def elements(connection: Connection, project_id: int, element_ids: list[int]) -> dict[int, tuple[str, str]]:
    """id → (selector, label) of these elements."""
    return {
        int(element_id): (selector, text)
        for element_id, selector, text in connection.execute(
            "SELECT element_id, selector, text FROM elements WHERE project_id = %s AND element_id = ANY(%s)",
            (project_id, element_ids),
        ).fetchall()
    }


def events(connection: Connection, project_id: int, name_ids: list[int]) -> dict[int, str]:
    """id → name of these custom events."""
    return {
        int(name_id): name
        for name_id, name in connection.execute(
            "SELECT name_id, name FROM event_names WHERE project_id = %s AND name_id = ANY(%s)",
            (project_id, name_ids),
        ).fetchall()
    }
