"""Sessions as the worker writes them: what is known of a session, and what a batch adds to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from psycopg.rows import dict_row

from storage import columns
from storage.devices import DEVICE_NAMES
from storage.postgres import Connection, statement
from storage.session_index import SessionDoc


class KnownSession(NamedTuple):
    """`day`: its partition, as 2026-01-31; `skew_ms`: what its times are corrected by."""

    day: str
    skew_ms: int


class SessionDelta(Protocol):
    """What a batch adds to a session. Ids as 32 hex digits, times in unix ms, `traits` a JSON object."""

    project_id: int
    day: str
    session: str
    visitor: str
    started_ms: int
    ended_ms: int
    page_views: int
    clicks: int
    events: int
    entry_page_id: int | None
    entry_address: str
    exit_page_id: int | None
    exit_address: str
    device: int
    browser: str
    os: str
    language: str
    screen_w: int
    referrer_host: str
    utm_source: str
    utm_medium: str
    utm_campaign: str
    user_ref: str
    traits: str
    recording_bytes: int
    recording_events: int
    skew_ms: int
    entry_ms: int | None  # when the entry page was come to; None: the batch has no page event of the session
    exit_ms: int | None  # the same of the exit page


def known(
    connection: Connection, wanted: Sequence[tuple[int, str]], first: dt.date, last: dt.date
) -> dict[tuple[int, str], KnownSession]:
    """Those of the (project, session) that lie in the days `first` to `last`; of several days the newest."""
    rows = connection.execute(
        statement("sessions.known"),
        {
            "projects": columns.numbers(project for project, _ in wanted),
            "sessions": columns.words(session for _, session in wanted),
            "first": first,
            "last": last,
        },
    ).fetchall()
    return {wanted[n - 1]: KnownSession(day, skew_ms or 0) for n, day, skew_ms in rows}


def fold(connection: Connection, deltas: Sequence[SessionDelta]) -> None:
    """Add to the sessions, which must be different ones."""
    if not deltas:
        return
    connection.execute(
        statement("sessions.fold"),
        {
            "project_id": columns.numbers([one.project_id for one in deltas]),
            "day": columns.words([one.day for one in deltas]),
            "session_id": columns.words([one.session for one in deltas]),
            "visitor_id": columns.words([one.visitor for one in deltas]),
            "started_ms": columns.numbers([one.started_ms for one in deltas]),
            "ended_ms": columns.numbers([one.ended_ms for one in deltas]),
            "page_views": columns.numbers([one.page_views for one in deltas]),
            "clicks": columns.numbers([one.clicks for one in deltas]),
            "events": columns.numbers([one.events for one in deltas]),
            "entry_page_id": columns.numbers([one.entry_page_id for one in deltas]),
            "entry_address": columns.texts([one.entry_address for one in deltas]),
            "exit_page_id": columns.numbers([one.exit_page_id for one in deltas]),
            "exit_address": columns.texts([one.exit_address for one in deltas]),
            "device": columns.numbers([one.device for one in deltas]),
            "browser": columns.texts([one.browser for one in deltas]),
            "os": columns.texts([one.os for one in deltas]),
            "language": columns.texts([one.language for one in deltas]),
            "screen_w": columns.numbers([one.screen_w for one in deltas]),
            "referrer_host": columns.texts([one.referrer_host for one in deltas]),
            "utm_source": columns.texts([one.utm_source for one in deltas]),
            "utm_medium": columns.texts([one.utm_medium for one in deltas]),
            "utm_campaign": columns.texts([one.utm_campaign for one in deltas]),
            "user_ref": columns.texts([one.user_ref for one in deltas]),
            "traits": columns.texts([one.traits for one in deltas]),
            "recording_bytes": columns.numbers([one.recording_bytes for one in deltas]),
            "recording_events": columns.numbers([one.recording_events for one in deltas]),
            "skew_ms": columns.numbers([one.skew_ms for one in deltas]),
            "entry_ms": columns.numbers([one.entry_ms for one in deltas]),
            "exit_ms": columns.numbers([one.exit_ms for one in deltas]),
        },
    )


def documents(connection: Connection, deltas: Sequence[SessionDelta]) -> list[SessionDoc]:
    """The sessions as they now stand in this transaction, for the session index."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(
            statement("sessions.documents"),
            {
                "project_id": columns.numbers([one.project_id for one in deltas]),
                "day": columns.words([one.day for one in deltas]),
                "session_id": columns.words([one.session for one in deltas]),
            },
        ).fetchall()
    for row in rows:
        row["device"] = DEVICE_NAMES[row["device"]]
    return [SessionDoc(**{name: row[name] for name in SessionDoc.__struct_fields__}) for row in rows]
