"""`/projects/{p}/ledger` and `/usage`: what came in and what became of it; bytes by cause."""

from __future__ import annotations

from dashboard.api.parameters import InPeriod, period
from dashboard.api.routes import route
from dashboard.auth.access import Access
from dashboard.queries import ledger as queries


class LedgerQuery(InPeriod, kw_only=True, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Whole hours that begin in the period."""


@route("GET", "/projects/{project_id}/ledger", needs="read", query=LedgerQuery, answer=queries.Ledger)
def get_ledger(access: Access, query: LedgerQuery) -> queries.Ledger:
    """What came in and what became of it, by reason."""
    return queries.ledger(access, period(query.from_, query.to))


@route("GET", "/projects/{project_id}/usage", needs="read", answer=queries.Usage)
def get_usage(access: Access) -> queries.Usage:
    """Bytes that the project takes, by cause."""
    return queries.usage(access)
