"""Deploy marks: a name and a time, drawn on charts; of a project, or (project 0) of the whole installation."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from psycopg.rows import class_row

from storage.postgres import Connection

INSTALLATION = 0
_COLUMNS = "SELECT deploy_id, project_id, name, at FROM deploys"


@dataclass(frozen=True, slots=True)
class Deploy:
    """A mark."""

    deploy_id: int
    project_id: int
    name: str
    at: dt.datetime


def mark(connection: Connection, project_id: int, name: str, at: dt.datetime | None = None) -> Deploy:
    """Set a mark, by default now; the transaction must see the project."""
    row = connection.execute(
        "INSERT INTO deploys (project_id, name, at) VALUES (%s, %s, coalesce(%s, now())) RETURNING deploy_id, at",
        (project_id, name, at),
    ).fetchone()
    assert row
    return Deploy(row[0], project_id, name, row[1])


def between(connection: Connection, projects: list[int], start: dt.datetime, end: dt.datetime) -> list[Deploy]:
    """The marks of these projects with a time in [start, end), oldest first."""
    with connection.cursor(row_factory=class_row(Deploy)) as cursor:
        return cursor.execute(
            f"{_COLUMNS} WHERE project_id = ANY(%s) AND at >= %s AND at < %s ORDER BY at, deploy_id".encode(),
            (projects, start, end),
        ).fetchall()


def by_id(connection: Connection, project_id: int, deploy_id: int) -> Deploy | None:
    """One mark."""
    with connection.cursor(row_factory=class_row(Deploy)) as cursor:
        return cursor.execute(
            f"{_COLUMNS} WHERE project_id = %s AND deploy_id = %s".encode(), (project_id, deploy_id)
        ).fetchone()
