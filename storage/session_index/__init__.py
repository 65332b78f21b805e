"""The session index: what the recording list filters, sorts and counts."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Literal, Protocol

import msgspec

from heatwake.settings import Settings

Device = Literal["desktop", "tablet", "mobile"]
Sort = Literal["newest", "oldest", "longest", "most_clicks", "most_pages"]


class SessionDoc(msgspec.Struct, frozen=True, kw_only=True):
    """A session as the list shows it. Times are UTC and corrected by the visitor's clock skew.

    `day`: of the session's first request at the collector; it never changes, for it says where the document lies.
    """

    project_id: int
    day: dt.date
    session_id: uuid.UUID
    visitor_id: uuid.UUID
    started_at: dt.datetime
    ended_at: dt.datetime
    page_views: int = 0
    clicks: int = 0
    rage_clicks: int = 0
    dead_clicks: int = 0
    error_clicks: int = 0
    events: int = 0
    entry_address: str = ""
    exit_address: str = ""
    device: Device = "desktop"
    browser: str = ""
    os: str = ""
    country: str = ""
    language: str = ""
    screen_w: int = 0
    referrer_host: str = ""
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    user_ref: str = ""
    traits: dict[str, Any] = {}
    recording_bytes: int = 0
    recording_events: int = 0

    @property
    def duration_ms(self) -> int:
        return round((self.ended_at - self.started_at).total_seconds() * 1000)


class SessionFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which sessions: started in [start, end), and every given condition holds. An empty list means any."""

    start: dt.datetime
    end: dt.datetime
    devices: list[Device] = []
    browsers: list[str] = []
    oses: list[str] = []
    countries: list[str] = []
    referrer_hosts: list[str] = []
    utm_sources: list[str] = []
    utm_mediums: list[str] = []
    utm_campaigns: list[str] = []
    user_ref: str = ""
    traits: dict[str, str] = {}  # each of these traits has this value, written as text: 12, true, team
    page: str = ""  # entry or exit address contains this, upper and lower case alike
    entry: str = ""  # the entry address does
    exit: str = ""
    min_duration_ms: int = 0
    max_duration_ms: int = 0  # 0: however long
    min_page_views: int = 0
    min_clicks: int = 0
    min_rage_clicks: int = 0
    min_dead_clicks: int = 0
    min_error_clicks: int = 0
    min_events: int = 0
    recorded: bool | None = None  # only with (True) or without (False) a recording
    session_ids: list[uuid.UUID] | None = None  # only among these
    without_ids: list[uuid.UUID] = []  # none of these


class SessionPage(msgspec.Struct, frozen=True):
    """One page of a list; `cursor` None: it was the last."""

    items: list[SessionDoc]
    total: int
    cursor: str | None


FACETS = ("device", "browser", "os", "country", "referrer_host", "utm_source", "utm_medium", "utm_campaign")


class SessionIndex(Protocol):
    """Session documents by (project, session id); a later upsert of the same session replaces the earlier.

    Found by `search` within a second of `upsert`. Ties in the order are broken by session id, so that paging by cursor
    shows each session once while none is added. A cursor that was not given out by `search` raises ValueError.
    """

    def upsert(self, docs: list[SessionDoc]) -> None:
        """Add or replace."""

    def search(
        self,
        project_id: int,
        where: SessionFilter,
        sort: Sort = "newest",
        limit: int = 50,
        cursor: str | None = None,
        count_to: int | None = None,
    ) -> SessionPage:
        """Sessions in this order, `limit` at most (1 to 500). The total is exact, or stops at `count_to` where there
        are more: counting them all costs far more than a page of them."""

    def ids(self, project_id: int, where: SessionFilter, limit: int) -> list[uuid.UUID]:
        """The ids alone, in no order, for joining with facts; at most `limit`."""

    def values(self, project_id: int, where: SessionFilter, facet: str, limit: int) -> dict[uuid.UUID, str]:
        """The value of one of FACETS for each session, at most `limit`; for breaking facts down by it."""

    def facets(self, project_id: int, where: SessionFilter) -> dict[str, list[tuple[str, int]]]:
        """For each of FACETS the ten commonest values, none that is empty, with their number of sessions."""

    def delete(self, project_id: int, session_ids: list[uuid.UUID]) -> None:
        """Forget these; a missing one is no error."""

    def check(self) -> None:
        """Raise OSError with the cause if the store can't be reached."""

    def size(self) -> tuple[int, int]:
        """(documents, bytes) kept."""


def open_session_index(settings: Settings, pool: Any) -> SessionIndex:
    """The session index that the settings name; `pool` is a storage.postgres.Database, used by the Postgres adapter."""
    if settings.sessions == "elasticsearch":
        from storage.session_index.elasticsearch import ElasticsearchSessions

        return ElasticsearchSessions(settings.elasticsearch_url)
    from storage.session_index.postgres import PostgresSessions

    return PostgresSessions(pool)
