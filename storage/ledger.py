"""The ledger: what came in and what became of it, by reason; nobody should wonder where a session went.

A batch of a busy moment has requests of most projects, and a line for each would be much of what it costs Postgres. So
a batch adds one row an hour and reason, and what many have brought is added to the lines together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from psycopg.rows import class_row

from storage import columns
from storage.postgres import Connection, Database, statement

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
    "over_quota": "The project has had its sessions of the day or month, or its events of the month.",
    "method_not_allowed": "Neither POST nor OPTIONS.",
    "unavailable": "Redis did not take it; the browser was asked to send it again.",
    "poisoned": "The record could not be stored; kept as a dead letter.",
    "erased": "The visitor's data was erased while this was still on its way; it was dropped.",
    "clock_skew": "The visitor's clock was off by more than a day; kept at its corrected time.",
    "too_many_names": "A page, element or event of it is new, and the project has no room for more names: (other).",
}

# Counted beside the outcome: of these requests something is worth knowing. Every other reason is an outcome, and every
# request has exactly one: received = the sum over all outcomes.
REMARKS: Final = frozenset({"clock_skew", "too_many_names"})
LedgerKey = tuple[int, int, str]  # project, hour as unix seconds, reason
RECEIVED: Final = "received"  # no reason: what the door counted, whatever became of it
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
            "SELECT hour, reason, sum(requests)::bigint AS requests, sum(events)::bigint AS events,"
            " sum(bytes)::bigint AS bytes FROM ledger_now"
            " WHERE project_id = %s AND hour >= %s AND hour < %s GROUP BY hour, reason ORDER BY hour, reason",
            (project_id, start, end),
        ).fetchall()


def received(connection: Connection, project_id: int, start: dt.datetime, end: dt.datetime) -> list[Received]:
    """What the door counted in the hours that begin in [start, end), by hour."""
    with connection.cursor(row_factory=class_row(Received)) as cursor:
        return cursor.execute(
            "SELECT hour, sum(requests)::bigint AS requests, sum(bytes)::bigint AS bytes FROM ledger_received_now"
            " WHERE project_id = %s AND hour >= %s AND hour < %s GROUP BY hour ORDER BY hour",
            (project_id, start, end),
        ).fetchall()


def refusals(connection: Connection, start: dt.datetime, end: dt.datetime) -> list[tuple[str, int]]:
    """(reason, requests) of what was not kept, in every project that the transaction may see, commonest first."""
    return connection.execute(
        "SELECT reason, sum(requests)::bigint FROM ledger_now WHERE hour >= %s AND hour < %s AND reason = ANY(%s)"
        " GROUP BY reason ORDER BY 2 DESC, 1",
        (start, end, list(REFUSED)),
    ).fetchall()


def append(connection: Connection, counts: Mapping[LedgerKey, Sequence[int]]) -> None:
    """Add a batch's (requests, events, bytes) in the caller's transaction, to be folded later. Of what the door counted
    (RECEIVED) the events are not known: 0."""
    added: dict[tuple[int, str], list[tuple[int, int, int, int]]] = {}
    for (project_id, hour, reason), (requests, events, size) in counts.items():
        added.setdefault((hour, reason), []).append((project_id, requests, events, size))
    for (hour, reason), lines in added.items():
        arrays = zip(("projects", "requests", "events", "bytes"), zip(*lines, strict=True), strict=True)
        connection.execute(
            statement("ledger.append"),
            {"hour_s": hour, "reason": reason} | {name: columns.numbers(values) for name, values in arrays},
        )


def fold(database: Database, limit: int) -> int:
    """Add the counts of the oldest batches to their hours' lines; gives of how many, at most `limit`.

    A reader sees each count once at any time: lines and batches are read by one statement (`ledger_now`).
    """
    return int(database.rows(statement("ledger.fold"), {"limit": limit})[0][0])
