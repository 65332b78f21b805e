"""The ledger: what came in and what became of it, by reason; nobody should wonder where a session went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from psycopg.rows import class_row

from storage import columns
from storage.postgres import Connection, statement

# One code a cause; the collector's answers, the ledger, /metrics and the docs all use these words.
REASONS: Final[dict[str, str]] = {
    "accepted": "Stored and counted.",
    "duplicate": "A browser's retry of what was already stored; counted once.",
    "malformed": "No JSON, a wrong type or a field too long; kept as a dead letter if it got past the door.",
    "too_large": "The body was over the limit.",
    "too_many_events": "More events in one body than the protocol takes; kept as a dead letter.",
    "unknown_site": "No site has this key, or it is switched off.",
    "origin_blocked": "The page's origin is not one of the site's.",
    "do_not_track": "The visitor's browser says Do Not Track or Global Privacy Control, and the site keeps to it.",
    "bot": "The user agent is a program's: a crawler, a preview, a monitor.",
    "sampled_out": "The session is not in the share of sessions that the site keeps.",
    "rate_limited": "The site sent more requests a second than its limit; the browser was asked to send it again.",
    "too_many_sessions": "One client began more sessions within a minute than the site's limit.",
    "over_quota": "The project has had its sessions of the day or its events of the month.",
    "method_not_allowed": "Neither POST nor OPTIONS.",
    "unavailable": "Redis did not take it; the browser was asked to send it again.",
    "poisoned": "The record could not be stored; kept as a dead letter.",
    "clock_skew": "The visitor's clock was off by more than a day; kept at its corrected time.",
    "too_many_names": "A page, element or event of it is new, and the project has no room for more names: (other).",
}

# Counted beside the outcome: of these requests something is worth knowing. Every other reason is an outcome, and every
# request has exactly one: received = the sum over all outcomes.
REMARKS: Final = frozenset({"clock_skew", "too_many_names"})
REFUSED: Final = tuple(
    reason for reason in REASONS if reason not in ("accepted", "duplicate") and reason not in REMARKS
)


@dataclass(frozen=True, slots=True)
class Line:
    """What became of a project's requests of one hour, for one reason. `events`: 0 if nobody read the body."""

    hour: dt.datetime
    reason: str
    requests: int
    events: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Received:
    """What the door counted of a project in one hour, whatever became of it."""

    hour: dt.datetime
    requests: int
    bytes: int


def read(connection: Connection, project_id: int, start: dt.datetime, end: dt.datetime) -> list[Line]:
    """A project's lines in the hours that begin in [start, end), by hour and reason."""
    with connection.cursor(row_factory=class_row(Line)) as cursor:
        return cursor.execute(
            "SELECT hour, reason, requests, events, bytes FROM ledger"
            " WHERE project_id = %s AND hour >= %s AND hour < %s ORDER BY hour, reason",
            (project_id, start, end),
        ).fetchall()


def received(connection: Connection, project_id: int, start: dt.datetime, end: dt.datetime) -> list[Received]:
    """What the door counted in the hours that begin in [start, end), by hour."""
    with connection.cursor(row_factory=class_row(Received)) as cursor:
        return cursor.execute(
            "SELECT hour, requests, bytes FROM ledger_received"
            " WHERE project_id = %s AND hour >= %s AND hour < %s ORDER BY hour",
            (project_id, start, end),
        ).fetchall()


def refusals(connection: Connection, start: dt.datetime, end: dt.datetime) -> list[tuple[str, int]]:
    """(reason, requests) of what was not kept, in every project that the transaction may see, commonest first."""
    return connection.execute(
        "SELECT reason, sum(requests)::bigint FROM ledger WHERE hour >= %s AND hour < %s AND reason = ANY(%s)"
        " GROUP BY reason ORDER BY 2 DESC, 1",
        (start, end, list(REFUSED)),
    ).fetchall()


def add(connection: Connection, counts: Mapping[tuple[int, int, str], Sequence[int]]) -> None:
    """Add (requests, events, bytes) by (project, hour as unix seconds, reason), in order of the rows' key."""
    if not counts:
        return
    keys = sorted(counts)
    connection.execute(
        statement("ledger.add"),
        {
            "project_id": columns.numbers(project for project, _, _ in keys),
            "hour_s": columns.numbers(hour for _, hour, _ in keys),
            "reason": columns.texts(reason for _, _, reason in keys),
            "requests": columns.numbers(counts[key][0] for key in keys),
            "events": columns.numbers(counts[key][1] for key in keys),
            "bytes": columns.numbers(counts[key][2] for key in keys),
        },
    )


def add_received(connection: Connection, counts: Mapping[tuple[int, int], tuple[int, int]]) -> None:
    """Add (requests, bytes) by (project, hour as unix seconds); rows are taken in order of their key."""
    if not counts:
        return
    keys = sorted(counts)
    connection.execute(
        statement("ledger.add_received"),
        {
            "project_id": columns.numbers(project for project, _ in keys),
            "hour_s": columns.numbers(hour for _, hour in keys),
            "requests": columns.numbers(counts[key][0] for key in keys),
            "bytes": columns.numbers(counts[key][1] for key in keys),
        },
    )
