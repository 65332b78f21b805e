"""What became of one visit: "I was there at 14:03 and can't see it"."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

import msgspec

from dashboard.auth.access import Access
from dashboard.errors import Problem
from dashboard.queries import ledger as ledgers
from dashboard.queries.ledger import ReasonRow
from dashboard.queries.periods import Period
from dashboard.queries.recordings import RecordingRow, by_ids
from dashboard.services import current
from storage import erasures, visits
from storage.ledger import REFUSED

ABOUT: Final = dt.timedelta(minutes=5)  # how far off a time may be that somebody remembers


class LeftOut(msgspec.Struct, frozen=True):
    """A site that leaves the session out by its id, and the share of sessions that it keeps (0 to 1)."""

    site_key: str
    share: float


class Visit(msgspec.Struct, frozen=True):
    """What is known of a visit.

    `sessions`: those that it can be, at most 20; `erased_at`: the visitor's data was erased then; `left_out`: sites
    that leave the session out; `waiting`: unusable records of it that are kept as dead letters; `turned_away`: by
    reason, of all requests of the hours around the time, which is all that is kept of what was turned away.
    """

    sessions: list[RecordingRow]
    erased_at: dt.datetime | None
    left_out: list[LeftOut]
    waiting: int
    turned_away: list[ReasonRow]


def find(
    access: Access, at: dt.datetime | None = None, visitor: uuid.UUID | None = None, session: uuid.UUID | None = None
) -> Visit:
    """What became of the visit that one of the three names. Raises Problem `invalid_parameter`."""
    access.demand("read")
    if sum(one is not None for one in (at, visitor, session)) != 1:
        raise Problem("invalid_parameter", "at, visitor, session: name the visit by one of them.")
    left_out: list[tuple[str, float]] = []
    erased_at = None
    with current().database.transaction(access.projects) as connection:
        if session:
            ids = visits.by_session(connection, access.project_id, session)
            left_out = [] if ids else visits.sampled_out(connection, access.project_id, session)
        elif visitor:
            ids = visits.by_visitor(connection, access.project_id, visitor)
            erased_at = erasures.erased_at(connection, access.project_id, visitor.hex)
        else:
            assert at
            ids = visits.at(connection, access.project_id, at, ABOUT)
        found = by_ids(connection, access.project_id, ids)
    known = session or visitor
    waiting = _waiting(access.project_id, known.hex.encode()) if known and not found else 0
    away = _turned_away(access, at) if at else []
    return Visit(found, erased_at, [LeftOut(*one) for one in left_out], waiting, away)


def _waiting(project_id: int, known: bytes) -> int:
    """The project's dead letters that name it; all are looked through, and there is a bound to how many there are."""
    return sum(known in letter.record for letter in current().stream.all_dead() if letter.project_id == project_id)


def _turned_away(access: Access, at: dt.datetime) -> list[ReasonRow]:
    """What was turned away in the hour of that moment and, near its edge, the one beside it."""
    first, last = ((at + off).replace(minute=0, second=0, microsecond=0) for off in (-ABOUT, ABOUT))
    answer = ledgers.ledger(access, Period(first, last + dt.timedelta(hours=1)))
    return [row for row in answer.reasons if row.reason in REFUSED]
