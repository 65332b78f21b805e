"""The ledger: what came in and what became of it, by reason; nobody should wonder where a session went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from storage import columns
from storage.postgres import Connection, statement

# One code a cause; the collector's answers, the ledger, /metrics and the docs all use these words.
REASONS: Final[dict[str, str]] = {
    "accepted": "Stored and counted.",
    "duplicate": "A browser's retry of what was already stored; counted once.",
    "malformed": "No JSON, a wrong type or a field too long; kept in the dead-letter stream if it got past the door.",
    "too_large": "The body was over the limit.",
    "unknown_site": "No site has this key, or it is switched off.",
    "origin_blocked": "The page's origin is not one of the site's.",
    "method_not_allowed": "Neither POST nor OPTIONS.",
    "unavailable": "Redis did not take it; the browser was asked to send it again.",
    "clock_skew": "The visitor's clock was off by more than a day; kept at its corrected time.",
    "poisoned": "The record could not be stored; kept in the dead-letter stream.",
}

REFUSED: Final = tuple(reason for reason in REASONS if reason not in ("accepted", "duplicate", "clock_skew"))


def read(
    connection: Connection, project_id: int, start: dt.datetime, end: dt.datetime
) -> list[tuple[dt.datetime, str, int, int]]:
    """(hour, reason, requests, bytes) of a project in the hours that begin in [start, end)."""
    return connection.execute(
        "SELECT hour, reason, requests, bytes FROM ledger"
        " WHERE project_id = %s AND hour >= %s AND hour < %s ORDER BY hour, reason",
        (project_id, start, end),
    ).fetchall()


def refusals(connection: Connection, start: dt.datetime, end: dt.datetime) -> list[tuple[str, int]]:
    """(reason, requests) of what was not kept, in every project that the transaction may see, commonest first."""
    return connection.execute(
        "SELECT reason, sum(requests)::bigint FROM ledger WHERE hour >= %s AND hour < %s AND reason = ANY(%s)"
        " GROUP BY reason ORDER BY 2 DESC, 1",
        (start, end, list(REFUSED)),
    ).fetchall()


def add(connection: Connection, counts: Mapping[tuple[int, int, str], tuple[int, int]]) -> None:
    """Add (requests, bytes) by (project, hour as unix seconds, reason); rows are taken in order of their key."""
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
            "bytes": columns.numbers(counts[key][1] for key in keys),
        },
    )
