"""`/projects/{p}/ledger` and `/usage`: what came in and what became of it; bytes by cause."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from dashboard.api.parameters import InPeriod, Moment, period
from dashboard.api.routes import route
from dashboard.auth.access import Access
from dashboard.queries import ledger as queries
from dashboard.queries import lost_visits


class LedgerQuery(InPeriod, kw_only=True, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Whole hours that begin in the period."""


@route("GET", "/projects/{project_id}/ledger", needs="read", query=LedgerQuery, answer=queries.Ledger)
def get_ledger(access: Access, query: LedgerQuery) -> queries.Ledger:
    """What came in and what became of it, by reason."""
    return queries.ledger(access, period(query.from_, query.to))


class VisitQuery(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """One of the three: about when it was, the visitor's or the session's id."""

    at: Moment | None = None
    visitor: uuid.UUID | None = None
    session: uuid.UUID | None = None


@route("GET", "/projects/{project_id}/ledger/visit", needs="read", query=VisitQuery, answer=lost_visits.Visit)
def find_visit(access: Access, query: VisitQuery) -> lost_visits.Visit:
    """What became of one visit, as far as it is known."""
    at = period(query.at, query.at + dt.timedelta(hours=1)).start if query.at else None
    return lost_visits.find(access, at, query.visitor, query.session)


@route("GET", "/projects/{project_id}/usage", needs="read", answer=queries.Usage)
def get_usage(access: Access) -> queries.Usage:
    """Bytes that the project takes, by cause."""
    return queries.usage(access)
