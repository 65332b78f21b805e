"""Which sessions a question is about, beyond its period."""

from __future__ import annotations

import uuid

import msgspec

from dashboard.auth.access import Access
from dashboard.queries.periods import Period
from dashboard.services import current
from storage.session_index import Device, SessionFilter

MOST_SESSIONS = 2_000_000


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Conditions that all hold; an empty list means any."""

    devices: list[Device] = []
    browsers: list[str] = []
    oses: list[str] = []
    countries: list[str] = []
    referrer_hosts: list[str] = []
    utm_sources: list[str] = []
    user_ref: str = ""
    page: str = ""
    min_duration_ms: int = 0
    min_page_views: int = 0
    min_clicks: int = 0
    min_rage_clicks: int = 0
    min_dead_clicks: int = 0
    min_error_clicks: int = 0
    recorded: bool | None = None
    session_ids: list[uuid.UUID] | None = None

    def within(self, period: Period) -> SessionFilter:
        """The same conditions as the session index takes them."""
        return SessionFilter(start=period.start, end=period.end, **msgspec.structs.asdict(self))


def matching_sessions(access: Access, period: Period, filters: Filters | None) -> list[uuid.UUID] | None:
    """Ids of the sessions that `filters` let through; None where all do, so that nothing has to be joined."""
    if filters is None or filters == Filters():
        return None
    return current().sessions.ids(access.project_id, filters.within(period), MOST_SESSIONS)
