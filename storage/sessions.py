"""Sessions as the worker writes them: what is known of a session, and what a batch adds to it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from operator import attrgetter
from typing import Any, Final, NamedTuple, Protocol

from psycopg import Cursor
from psycopg.rows import dict_row

from storage import columns
from storage.devices import DEVICE_NAMES
from storage.postgres import Connection, Database, statement
from storage.session_index import SessionDoc


class Gone(OSError):
    """Rows that were to be added to are not there: somebody removed them. What is remembered must be read anew."""


class KnownSession(NamedTuple):
    """`day`: its partition, as 2026-01-31; `skew_ms`: what its times are corrected by; `seen_ms`: our time of its last
    request, unix ms; `continuations`: the sessions (32 hex digits) that went on under its id after a long silence;
    `device`: its code, or None where that is not known."""

    day: str
    skew_ms: int
    seen_ms: int
    continuations: tuple[str, ...] = ()
    device: int | None = None


class Continuation(NamedTuple):
    """Under the id of `session` (its row's day is `day`) the session `continuation` goes on; ids as 32 hex digits."""

    project_id: int
    day: str
    session: str
    continuation: str


class SessionDelta(Protocol):
    """What a batch adds to a session. Ids as 32 hex digits, times in unix ms, `traits` a JSON object."""

    project_id: int
    day: str
    session: str
    visitor: str
    started_ms: int
    ended_ms: int
    seen_ms: int  # our time of the last request
    page_views: int
    clicks: int
    rage_clicks: int
    dead_clicks: int
    error_clicks: int
    events: int
    entry_page_id: int | None
    entry_address: str
    exit_page_id: int | None
    exit_address: str
    device: int
    browser: str
    os: str
    country: str
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
    if not wanted:
        return {}
    rows = connection.execute(
        statement("sessions.known"),
        {
            "projects": columns.numbers(project for project, _ in wanted),
            "sessions": columns.uuids(session for _, session in wanted),
            "first": first,
            "last": last,
        },
    ).fetchall()
    return {
        wanted[n - 1]: KnownSession(day, skew_ms or 0, seen_ms, tuple(one.hex for one in continuations or ()), device)
        for n, day, skew_ms, seen_ms, continuations, device in rows
    }


def add(connection: Connection, deltas: Sequence[SessionDelta]) -> None:
    """Keep sessions that begin. Raises psycopg.errors.UniqueViolation for one that is there."""
    if deltas:
        connection.execute(statement("sessions.insert"), _columns(deltas, _NEW))


def update(connection: Connection, deltas: Sequence[SessionDelta]) -> None:
    """Add to sessions that are there, different ones. Raises Gone if one is not."""
    paged: dict[str, list[SessionDelta]] = {}
    plain: dict[str, list[SessionDelta]] = {}
    for one in deltas:
        grows = one.page_views or one.exit_ms is not None or one.user_ref or one.traits != "{}"
        grows = grows or one.rage_clicks or one.dead_clicks or one.error_clicks
        (paged if grows else plain).setdefault(one.day, []).append(one)
    for name, names, by_day in (("sessions.update", _PAGED, paged), ("sessions.touch", _PLAIN, plain)):
        for day, rows in by_day.items():
            found = connection.execute(statement(name), {**_columns(rows, names), "day": day}).rowcount
            if found != len(rows):
                raise Gone(f"{len(rows) - found} of {len(rows)} sessions of {day} are not there any more")


def go_on(connection: Connection, continuations: Sequence[Continuation]) -> None:
    """Note which sessions go on as which others."""
    for project_id, day, session, continuation in continuations:
        connection.execute(
            "UPDATE sessions SET continuations = array_append(continuations, %s::uuid)"
            " WHERE project_id = %s AND day = %s AND session_id = %s",
            (continuation, project_id, day, session),
        )


def close(database: Database, idle_ms: int, limit: int) -> int:
    """Close sessions whose last request came longer ago, at most `limit`; gives how many."""
    with database.transaction() as connection:
        return connection.execute(statement("sessions.close"), {"idle_ms": idle_ms, "limit": limit}).rowcount


_PLAIN: Final = (
    "project_id",
    "session_id",
    "started_ms",
    "ended_ms",
    "seen_ms",
    "clicks",
    "events",
    "recording_bytes",
    "recording_events",
    "skew_ms",
)
_PAGED: Final = (
    *_PLAIN,
    "rage_clicks",
    "dead_clicks",
    "error_clicks",
    "page_views",
    "entry_page_id",
    "entry_address",
    "entry_ms",
    "exit_page_id",
    "exit_address",
    "exit_ms",
    "language",
    "screen_w",
    "referrer_host",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "user_ref",
    "traits",
)
_NEW: Final = (*_PAGED, "day", "visitor_id", "device", "browser", "os", "country")
_ATTRIBUTES: Final = {"session_id": "session", "visitor_id": "visitor"}
_WORDS: Final = frozenset({"day"})
_IDS: Final = frozenset({"session_id", "visitor_id"})
_TEXTS: Final = frozenset(
    {
        "entry_address",
        "exit_address",
        "browser",
        "os",
        "country",
        "language",
        "referrer_host",
        "utm_source",
        "utm_medium",
        "utm_campaign",
        "user_ref",
        "traits",
    }
)


def _columns(deltas: Sequence[SessionDelta], names: Sequence[str]) -> dict[str, str | bytes]:
    """The named columns of the deltas, as a set statement takes them."""
    found: dict[str, str | bytes] = {}
    for name in names:
        column = list(map(attrgetter(_ATTRIBUTES.get(name, name)), deltas))
        if name in _IDS:
            found[name] = columns.uuids(column)
        elif name in _TEXTS:
            found[name] = columns.texts(column)
        else:
            found[name] = columns.words(column) if name in _WORDS else columns.numbers(column)
    return found


def documents(connection: Connection, deltas: Sequence[SessionDelta]) -> list[SessionDoc]:
    """The sessions as they now stand in this transaction, for the session index."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return _documents(
            cursor,
            [one.project_id for one in deltas],
            [one.day for one in deltas],
            [one.session for one in deltas],
        )


def documents_of(
    connection: Connection, project_id: int, day: dt.date, sessions: Sequence[uuid.UUID]
) -> list[SessionDoc]:
    """The same of a project's sessions of a day."""
    with connection.cursor(row_factory=dict_row) as cursor:
        many = len(sessions)
        return _documents(cursor, [project_id] * many, [day.isoformat()] * many, [one.hex for one in sessions])


def _documents(
    cursor: Cursor[dict[str, Any]], projects: Sequence[int], days: Sequence[str], sessions: Sequence[str]
) -> list[SessionDoc]:
    rows = cursor.execute(
        statement("sessions.documents"),
        {
            "project_id": columns.numbers(projects),
            "day": columns.words(days),
            "session_id": columns.uuids(sessions),
        },
    ).fetchall()
    for row in rows:
        row["device"] = DEVICE_NAMES[row["device"]]
    return [SessionDoc(**{name: row[name] for name in SessionDoc.__struct_fields__}) for row in rows]
