"""Which sessions a question is about, beyond its period."""

from __future__ import annotations

import uuid

import msgspec

from dashboard.auth.access import Access
from dashboard.queries.periods import Period
from dashboard.services import current
from storage.session_index import Device, SessionFilter

MOST_SESSIONS = 2_000_000
MOST_TRAITS = 10  # that a question may ask for


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Conditions that all hold; an empty list means any."""

    devices: list[Device] = []
    browsers: list[str] = []
    oses: list[str] = []
    countries: list[str] = []
    referrer_hosts: list[str] = []
    utm_sources: list[str] = []
    utm_mediums: list[str] = []
    utm_campaigns: list[str] = []
    user_ref: str = ""
    traits: dict[str, str] = {}
    page: str = ""
    entry: str = ""
    exit: str = ""
    min_duration_ms: int = 0
    max_duration_ms: int = 0
    min_page_views: int = 0
    min_clicks: int = 0
    min_rage_clicks: int = 0
    min_dead_clicks: int = 0
    min_error_clicks: int = 0
    min_events: int = 0
    recorded: bool | None = None
    session_ids: list[uuid.UUID] | None = None
    without_ids: list[uuid.UUID] = []

    def within(self, period: Period) -> SessionFilter:
        """The same conditions as the session index takes them."""
        return SessionFilter(start=period.start, end=period.end, **msgspec.structs.asdict(self))


def traits_of(texts: list[str]) -> dict[str, str]:
    """Traits as addresses and the API name them, `plan:team`; what has no name or no value is left aside."""
    pairs = [(name.strip(), value.strip()) for name, _, value in (text.partition(":") for text in texts)]
    return {name: value for name, value in pairs[:MOST_TRAITS] if name and value}


def matching_sessions(access: Access, period: Period, filters: Filters | None) -> list[uuid.UUID] | None:
    """Ids of the sessions that `filters` let through; None where all do, so that nothing has to be joined."""
    if filters is None or filters == Filters():
        return None
    return current().sessions.ids(access.project_id, filters.within(period), MOST_SESSIONS)
