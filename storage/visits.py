"""Looking for one visit, by whatever somebody knows of it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

from storage.postgres import Connection
from storage.site_rules import ALL_SESSIONS

MOST: Final = 20
LONGEST_SESSION: Final = dt.timedelta(days=1)


def by_session(connection: Connection, project_id: int, session: uuid.UUID) -> list[uuid.UUID]:
    """The session of this id, and those that went on under it after a silence; index sessions_by_id."""
    rows = connection.execute(
        "SELECT session_id, continuations FROM sessions WHERE project_id = %s AND session_id = %s ORDER BY day",
        (project_id, session),
    ).fetchall()
    return list(dict.fromkeys(one for found, more in rows for one in (found, *(more or ()))))[:MOST]


def by_visitor(connection: Connection, project_id: int, visitor: uuid.UUID) -> list[uuid.UUID]:
    """The newest sessions of a visitor."""
    rows = connection.execute(
        "SELECT session_id FROM sessions WHERE project_id = %s AND visitor_id = %s ORDER BY started_at DESC LIMIT %s",
        (project_id, visitor, MOST),
    ).fetchall()
    return [session for (session,) in rows]


def at(connection: Connection, project_id: int, moment: dt.datetime, about: dt.timedelta) -> list[uuid.UUID]:
    """The sessions that were under way about then, those that began next to it first; index sessions_by_start."""
    rows = connection.execute(
        "SELECT session_id FROM sessions WHERE project_id = %(project_id)s"
        " AND started_at BETWEEN %(first)s AND %(last)s AND ended_at >= %(first_end)s"
        " ORDER BY abs(extract(epoch FROM started_at - %(moment)s)) LIMIT %(most)s",
        {
            "project_id": project_id,
            "moment": moment,
            "first": moment - LONGEST_SESSION,
            "last": moment + about,
            "first_end": moment - about,
            "most": MOST,
        },
    ).fetchall()
    return [session for (session,) in rows]


def sampled_out(connection: Connection, project_id: int, session: uuid.UUID) -> list[tuple[str, float]]:
    """(site key, share that it keeps) of the sites that leave this session out, as they are set now."""
    rows = connection.execute(
        "SELECT site_key, sample_rate FROM sites WHERE project_id = %s AND enabled ORDER BY site_id", (project_id,)
    ).fetchall()
    last = int(session.hex[-8:], 16)
    return [(key, rate) for key, rate in rows if last >= round(rate * ALL_SESSIONS)]
