"""Share links: an address that shows one recording to whoever has it; only the SHA-256 of its token is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from dataclasses import dataclass

from storage.postgres import Connection


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """What a token opens; `open` False: it was taken back or has run out."""

    project_id: int
    link_id: int
    session_id: uuid.UUID
    start_ms: int
    open: bool


@dataclass(frozen=True, slots=True)
class ShareLink:
    """A link as its recording's page shows it; the token itself is not kept."""

    link_id: int
    session_id: uuid.UUID
    start_ms: int
    created_by: str
    created_at: dt.datetime
    expires_at: dt.datetime | None


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def find(connection: Connection, token: str) -> OpenedLink | None:
    """The link with this token; needs no visible project."""
    row = connection.execute(
        "SELECT project_id, link_id, session_id, start_ms, open FROM find_share_link(%s)", (_hashed(token),)
    ).fetchone()
    return OpenedLink(*row) if row else None


def create(
    connection: Connection,
    project_id: int,
    session_id: uuid.UUID,
    start_ms: int,
    expires_at: dt.datetime | None,
    created_by: int | None,
) -> tuple[int, str]:
    """(link id, token): the only time that the token is seen."""
    token = secrets.token_urlsafe(24)
    row = connection.execute(
        "INSERT INTO share_links (project_id, token_hash, session_id, start_ms, expires_at, created_by)"
        " VALUES (%s, %s, %s, %s, %s, %s) RETURNING link_id",
        (project_id, _hashed(token), session_id, start_ms, expires_at, created_by),
    ).fetchone()
    assert row
    return int(row[0]), token


def links(connection: Connection, project_id: int, session_id: uuid.UUID) -> list[ShareLink]:
    """The recording's links that are open, newest first."""
    return [
        ShareLink(*row)
        for row in connection.execute(
            "SELECT l.link_id, l.session_id, l.start_ms, coalesce(u.email, ''), l.created_at, l.expires_at"
            " FROM share_links l LEFT JOIN users u ON u.user_id = l.created_by"
            " WHERE l.project_id = %s AND l.session_id = %s AND l.revoked_at IS NULL"
            " AND (l.expires_at IS NULL OR l.expires_at > now()) ORDER BY l.created_at DESC, l.link_id DESC",
            (project_id, session_id),
        ).fetchall()
    ]


def project_links(connection: Connection, project_id: int) -> list[ShareLink]:
    """The open links of all recordings of the project, newest first."""
    return [
        ShareLink(*row)
        for row in connection.execute(
            "SELECT l.link_id, l.session_id, l.start_ms, coalesce(u.email, ''), l.created_at, l.expires_at"
            " FROM share_links l LEFT JOIN users u ON u.user_id = l.created_by"
            " WHERE l.project_id = %s AND l.revoked_at IS NULL"
            " AND (l.expires_at IS NULL OR l.expires_at > now()) ORDER BY l.created_at DESC, l.link_id DESC LIMIT 500",
            (project_id,),
        ).fetchall()
    ]


def take_back(connection: Connection, project_id: int, session_id: uuid.UUID, link_id: int) -> bool:
    """The link opens nothing from now on; False if there was none that did."""
    done = connection.execute(
        "UPDATE share_links SET revoked_at = now()"
        " WHERE project_id = %s AND session_id = %s AND link_id = %s AND revoked_at IS NULL",
        (project_id, session_id, link_id),
    )
    return done.rowcount == 1
