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
    """A reason with its plain words. `events` are 0 where nobody looked into the body.

    `remark`: counted beside an outcome, so it is no part of the sum; every other reason is an outcome.
    """

    reason: str
    meaning: str
    requests: int
    bytes: int
    events: int
    remark: bool


class LedgerPoint(msgspec.Struct, frozen=True):
    """One hour: requests and events by reason, and what the door counted as received."""

    at: dt.datetime
    requests: dict[str, int]
    events: dict[str, int]
    received: int


class Received(msgspec.Struct, frozen=True):
    """What the door counted, whatever became of it; `missing`: received, and in no outcome (yet); below 0: too many."""

    requests: int
    bytes: int
    missing: int


class Ledger(msgspec.Struct, frozen=True):
    """Reasons, commonest first, how they spread over the hours, and what the door counted on its own."""

    reasons: list[ReasonRow]
    hours: list[LedgerPoint]
    received: Received
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
        lines = reads.read(connection, access.project_id, period.start, period.end)
        counted = reads.received(connection, access.project_id, period.start, period.end)
    return Ledger(_reasons(lines), _hours(lines, counted), _received(lines, counted), dt.datetime.now(dt.UTC))


def _reasons(lines: list[reads.Line]) -> list[ReasonRow]:
    totals: dict[str, list[int]] = {}
    for line in lines:
        total = totals.setdefault(line.reason, [0, 0, 0])
        total[0] += line.requests
        total[1] += line.bytes
        total[2] += line.events
    ranked = sorted(totals.items(), key=lambda item: (-item[1][0], item[0]))
    return [
        ReasonRow(reason, reads.REASONS.get(reason, ""), requests, size, events, reason in reads.REMARKS)
        for reason, (requests, size, events) in ranked
    ]


def _hours(lines: list[reads.Line], counted: list[reads.Received]) -> list[LedgerPoint]:
    at_all = {line.hour for line in lines} | {one.hour for one in counted}
    hours = {hour: LedgerPoint(hour, {}, {}, 0) for hour in sorted(at_all)}
    for line in lines:
        hours[line.hour].requests[line.reason] = line.requests
        hours[line.hour].events[line.reason] = line.events
    of_door = {one.hour: one.requests for one in counted}
    return [msgspec.structs.replace(point, received=of_door.get(at, 0)) for at, point in hours.items()]


def _received(lines: list[reads.Line], counted: list[reads.Received]) -> Received:
    requests = sum(one.requests for one in counted)
    outcomes = sum(line.requests for line in lines if line.reason not in reads.REMARKS)
    return Received(requests, sum(one.bytes for one in counted), requests - outcomes)


@cached(Usage)
def usage(access: Access) -> Usage:
    """Bytes by cause as they are now."""
    with current().database.transaction(access.projects) as connection:
        causes = [Cause(*row) for row in sizes.by_cause(connection, access.project_id)]
    return Usage(
        sorted(causes, key=lambda cause: -cause.bytes), sum(cause.bytes for cause in causes), dt.datetime.now(dt.UTC)
    )
