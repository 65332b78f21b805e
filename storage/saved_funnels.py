"""Saved funnels: a name and a definition, without a period."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from storage.postgres import Connection


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """A saved funnel; `definition` as its page wrote it."""

    funnel_id: int
    name: str
    definition: dict[str, Any]
    created_by: str
    updated_at: dt.datetime


_COLUMNS = (
    "SELECT f.funnel_id, f.name, f.definition, coalesce(u.email, '') AS created_by, f.updated_at"
    " FROM funnels f LEFT JOIN users u ON u.user_id = f.created_by WHERE f.project_id = %s"
)


def funnels(connection: Connection, project_id: int) -> list[FunnelRow]:
    """The project's funnels by name."""
    with connection.cursor(row_factory=class_row(FunnelRow)) as cursor:
        return cursor.execute(f"{_COLUMNS} ORDER BY lower(f.name), f.funnel_id".encode(), (project_id,)).fetchall()


def funnel(connection: Connection, project_id: int, funnel_id: int) -> FunnelRow | None:
    """One funnel."""
    with connection.cursor(row_factory=class_row(FunnelRow)) as cursor:
        return cursor.execute(f"{_COLUMNS} AND f.funnel_id = %s".encode(), (project_id, funnel_id)).fetchone()


def create(
    connection: Connection, project_id: int, name: str, definition: dict[str, Any], created_by: int | None
) -> int:
    """A new funnel's id."""
    row = connection.execute(
        "INSERT INTO funnels (project_id, name, definition, created_by) VALUES (%s, %s, %s, %s) RETURNING funnel_id",
        (project_id, name, Jsonb(definition), created_by),
    ).fetchone()
    assert row
    return int(row[0])


def change(connection: Connection, project_id: int, funnel_id: int, name: str, definition: dict[str, Any]) -> bool:
    """Another name and definition; False if there is no such funnel."""
    done = connection.execute(
        "UPDATE funnels SET name = %s, definition = %s, updated_at = now() WHERE project_id = %s AND funnel_id = %s",
        (name, Jsonb(definition), project_id, funnel_id),
    )
    return done.rowcount == 1


def delete(connection: Connection, project_id: int, funnel_id: int) -> bool:
    """Forget a funnel; False if there is no such funnel."""
    done = connection.execute("DELETE FROM funnels WHERE project_id = %s AND funnel_id = %s", (project_id, funnel_id))
    return done.rowcount == 1
