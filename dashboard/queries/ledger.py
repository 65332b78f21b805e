"""The ledger: what came in and what became of it, by reason; and what it takes to keep it, by cause."""

from __future__ import annotations

import datetime as dt

import msgspec

from dashboard.auth.access import Access
from dashboard.queries.cached import cached
from dashboard.queries.periods import Period
from dashboard.services import current
from storage import ledger as reads
from storage import usage as sizes


class ReasonRow(msgspec.Struct, frozen=True):
    """A reason with its plain words; counts are requests."""

    reason: str
    meaning: str
    requests: int
    bytes: int


class LedgerPoint(msgspec.Struct, frozen=True):
    """Requests of one hour by reason."""

    at: dt.datetime
    requests: dict[str, int]


class Ledger(msgspec.Struct, frozen=True):
    """Reasons, commonest first, and how they spread over the hours."""

    reasons: list[ReasonRow]
    hours: list[LedgerPoint]
    as_of: dt.datetime


class Cause(msgspec.Struct, frozen=True):
    """What takes up room: bytes, and of how many things."""

    cause: str
    bytes: int
    items: int


class Usage(msgspec.Struct, frozen=True):
    """Bytes that a project takes, largest cause first."""

    causes: list[Cause]
    total_bytes: int
    as_of: dt.datetime


@cached(Ledger)
def ledger(access: Access, period: Period) -> Ledger:
    """What came in during the period (whole hours) and what became of it."""
    with current().database.transaction(access.projects) as connection:
        rows = reads.read(connection, access.project_id, period.start, period.end)
    totals: dict[str, list[int]] = {}
    hours: dict[dt.datetime, dict[str, int]] = {}
    for hour, reason, requests, size in rows:
        total = totals.setdefault(reason, [0, 0])
        total[0] += requests
        total[1] += size
        hours.setdefault(hour, {})[reason] = requests
    ranked = sorted(totals.items(), key=lambda item: (-item[1][0], item[0]))
    return Ledger(
        [ReasonRow(reason, reads.REASONS.get(reason, ""), *total) for reason, total in ranked],
        [LedgerPoint(at, counts) for at, counts in sorted(hours.items())],
        dt.datetime.now(dt.UTC),
    )


@cached(Usage)
def usage(access: Access) -> Usage:
    """Bytes by cause as they are now."""
    with current().database.transaction(access.projects) as connection:
        causes = [Cause(*row) for row in sizes.by_cause(connection, access.project_id)]
    return Usage(
        sorted(causes, key=lambda cause: -cause.bytes), sum(cause.bytes for cause in causes), dt.datetime.now(dt.UTC)
    )
