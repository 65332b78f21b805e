"""Grants: leave for a user of another account to see a project or one recording."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from psycopg.rows import class_row

from storage.postgres import Connection


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant as those who gave it see it; `session_id` None: the whole project."""

    grant_id: int
    user_id: int
    email: str
    session_id: uuid.UUID | None
    granted_by: str
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class SharedWith:
    """A grant as the one who got it sees it; `session_id` None: the whole project."""

    project_id: int
    project: str
    account: str
    session_id: uuid.UUID | None
    granted_by: str
    created_at: dt.datetime


def give(
    connection: Connection, project_id: int, user_id: int, session_id: uuid.UUID | None, granted_by: int | None
) -> int:
    """The grant's id; one that is there already stays the only one."""
    # Two at once would both see none.
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"grant:{project_id}:{user_id}",))
    row = connection.execute(
        "SELECT grant_id FROM grants WHERE project_id = %s AND user_id = %s"
        " AND session_id IS NOT DISTINCT FROM %s AND revoked_at IS NULL",
        (project_id, user_id, session_id),
    ).fetchone()
    if row is None:
        row = connection.execute(
            "INSERT INTO grants (project_id, user_id, session_id, granted_by) VALUES (%s, %s, %s, %s)"
            " RETURNING grant_id",
            (project_id, user_id, session_id, granted_by),
        ).fetchone()
    assert row
    return int(row[0])


def grants(connection: Connection, project_id: int, session_id: uuid.UUID | None) -> list[Grant]:
    """The open grants of a recording, or (None) those of the whole project; newest first."""
    with connection.cursor(row_factory=class_row(Grant)) as cursor:
        return cursor.execute(
            "SELECT g.grant_id, g.user_id, u.email, g.session_id, coalesce(b.email, '') AS granted_by, g.created_at"
            " FROM grants g JOIN users u ON u.user_id = g.user_id LEFT JOIN users b ON b.user_id = g.granted_by"
            " WHERE g.project_id = %s AND g.session_id IS NOT DISTINCT FROM %s AND g.revoked_at IS NULL"
            " ORDER BY g.created_at DESC, g.grant_id DESC",
            (project_id, session_id),
        ).fetchall()


def recording_grants(connection: Connection, project_id: int) -> list[Grant]:
    """The open grants of single recordings of the project, newest first."""
    with connection.cursor(row_factory=class_row(Grant)) as cursor:
        return cursor.execute(
            "SELECT g.grant_id, g.user_id, u.email, g.session_id, coalesce(b.email, '') AS granted_by, g.created_at"
            " FROM grants g JOIN users u ON u.user_id = g.user_id LEFT JOIN users b ON b.user_id = g.granted_by"
            " WHERE g.project_id = %s AND g.session_id IS NOT NULL AND g.revoked_at IS NULL"
            " ORDER BY g.created_at DESC, g.grant_id DESC LIMIT 500",
            (project_id,),
        ).fetchall()


def take_back(connection: Connection, project_id: int, session_id: uuid.UUID | None, grant_id: int) -> bool:
    """The grant ends; False if there was none that was open."""
    done = connection.execute(
        "UPDATE grants SET revoked_at = now() WHERE project_id = %s AND session_id IS NOT DISTINCT FROM %s"
        " AND grant_id = %s AND revoked_at IS NULL",
        (project_id, session_id, grant_id),
    )
    return done.rowcount == 1


def shared_with(connection: Connection, user_id: int) -> list[SharedWith]:
    """What others gave this user, newest first; needs no visible project."""
    with connection.cursor(row_factory=class_row(SharedWith)) as cursor:
        return cursor.execute(
            "SELECT project_id, project, account, session_id, granted_by, created_at FROM shared_with(%s)", (user_id,)
        ).fetchall()
