"""Second step: whose requests they are. Finds each request's session, day and page view, drops retries, settles clocks.

Pure; what the database knows is handed in. Afterwards every request is counted in its page view's numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

from collector.worker import skew
from collector.worker.counted import Counted, TooManyGaps
from collector.worker.decode import Bad, Request
from collector.worker.user_agents import agent
from storage.page_views import KnownView
from storage.sessions import KnownSession

LOOK_BACK: Final = dt.timedelta(days=2)  # a session lasts a day at most, and a request may come late
EPOCH_DAY: Final = dt.date(1970, 1, 1).toordinal()

SessionKey = tuple[int, str]  # project, session id
ViewKey = tuple[int, str, int]  # project, session id, page view id


class Session:
    """A session in a batch; what the batch adds to it is a storage.sessions.SessionDelta."""

    __slots__ = (
        "browser",
        "clicks",
        "continuations",
        "country",
        "day",
        "dead_clicks",
        "device",
        "ended_ms",
        "entry_address",
        "entry_ms",
        "entry_page_id",
        "error_clicks",
        "events",
        "exit_address",
        "exit_ms",
        "exit_page_id",
        "id",
        "language",
        "new",
        "os",
        "page_views",
        "project_id",
        "rage_clicks",
        "recording_bytes",
        "recording_events",
        "referrer_host",
        "screen_w",
        "seen_ms",
        "session",
        "skew_ms",
        "started_ms",
        "traits",
        "user_ref",
        "utm_campaign",
        "utm_medium",
        "utm_source",
        "visitor",
    )

    def __init__(self, request: Request, day: str, skew_ms: int, seen_ms: int, known: KnownSession | None) -> None:
        self.new = known is None  # it has no row yet
        self.continuations = known.continuations if known else ()
        self.seen_ms = seen_ms
        self.project_id = request.project_id
        self.session = request.session
        self.id = bytes.fromhex(self.session)
        self.visitor = request.visitor
        self.day = day
        self.skew_ms = skew_ms
        if known and known.device is not None:  # its row has all that the user agent tells
            self.device, self.browser, self.os = known.device, "", ""
        else:
            self.device, self.browser, self.os = agent(request.ua)
        self.country = ""
        self.started_ms = 1 << 62
        self.ended_ms = 0
        self.page_views = self.clicks = self.events = 0
        self.rage_clicks = self.dead_clicks = self.error_clicks = 0
        self.entry_ms: int | None = None
        self.exit_ms: int | None = None
        self.entry_page_id: int | None = None
        self.exit_page_id: int | None = None
        self.entry_address = self.exit_address = self.language = self.referrer_host = ""
        self.utm_source = self.utm_medium = self.utm_campaign = self.user_ref = ""
        self.traits = "{}"
        self.screen_w = self.recording_bytes = self.recording_events = 0


class View:
    """A page view in a batch; what the batch adds to it is a storage.page_views.ViewDelta."""

    __slots__ = (
        "clicks",
        "document_h",
        "ended_ms",
        "events",
        "new",
        "page_id",
        "page_view",
        "recording",
        "referrer",
        "scroll_pct",
        "session_",
        "started_ms",
        "title",
        "url",
        "viewport_h",
        "viewport_w",
    )

    def __init__(self, session: Session, page_view: int, known: KnownView | None) -> None:
        self.session_ = session
        self.page_view = page_view
        self.new = known is None  # it has no row yet
        if known is None:
            self.page_id: int | None = None
            self.viewport_w = 0
            self.events, self.recording = Counted(), Counted()
        else:
            self.page_id, self.viewport_w = known.page_id, known.viewport_w
            self.events = Counted(known.events_seq, known.events_ahead)
            self.recording = Counted(known.recording_seq, known.recording_ahead)
        self.started_ms = 1 << 62
        self.ended_ms = 0
        self.viewport_h = self.document_h = self.scroll_pct = self.clicks = 0
        self.url = self.title = self.referrer = ""

    @property
    def project_id(self) -> int:
        return self.session_.project_id

    @property
    def day(self) -> str:
        return self.session_.day

    @property
    def session(self) -> str:
        return self.session_.session

    @property
    def device(self) -> int:
        return self.session_.device

    @property
    def events_seq(self) -> int:
        return self.events.seq

    @property
    def events_ahead(self) -> list[int]:
        return self.events.ahead

    @property
    def recording_seq(self) -> int:
        return self.recording.seq

    @property
    def recording_ahead(self) -> list[int]:
        return self.recording.ahead


class Arrival(NamedTuple):
    """A request that is news, with its place and what its times are corrected by."""

    request: Request
    view: View
    skew_ms: int


class Sessionized(NamedTuple):
    """A batch by its sessions; `arrivals` in the order of each page view's numbers."""

    sessions: dict[SessionKey, Session]
    views: dict[ViewKey, View]
    arrivals: list[Arrival]
    duplicates: list[Request]
    skewed: list[Request]  # the clock was off by more than a day; they are among the arrivals
    bad: list[Bad]


def with_page_event(requests: Iterable[Request], views: Collection[ViewKey]) -> list[ViewKey]:
    """Those of the page views whose page event is among these requests."""
    if not views:
        return []
    wanted = set(views)
    found = (
        (request.project_id, request.session, request.page_view)
        for request in requests
        if request.summary and request.summary.page
    )
    return [key for key in dict.fromkeys(found) if key in wanted]


def day_of(received_ms: int) -> str:
    """The day (UTC) of an arrival, as 2026-01-31."""
    return dt.date.fromordinal(EPOCH_DAY + received_ms // skew.DAY_MS).isoformat()


def days_to_look_at(requests: Iterable[Request]) -> tuple[dt.date, dt.date]:
    """The days in which the sessions of these requests can lie. There must be a request."""
    received = [request.received_ms for request in requests]
    first, last = (dt.date.fromisoformat(day_of(edge)) for edge in (min(received), max(received)))
    return first - LOOK_BACK, last + dt.timedelta(days=1)


def sessions_of(requests: Iterable[Request], known: Mapping[SessionKey, KnownSession]) -> dict[SessionKey, Session]:
    """The sessions of these requests: where they lie, their clock's correction, when they were seen."""
    by_session: dict[SessionKey, list[Request]] = {}
    for request in requests:
        by_session.setdefault((request.project_id, request.session), []).append(request)
    found: dict[SessionKey, Session] = {}
    for key, own in by_session.items():
        old = known.get(key)
        correction = skew.of_session(
            [request.received_ms - request.sent_ms for request in own], old.skew_ms if old else None
        )
        first = min(own, key=_arrived) if not old and len(own) > 1 else own[0]
        seen_ms = max([request.received_ms for request in own])
        session = found[key] = Session(first, old.day if old else day_of(first.received_ms), correction, seen_ms, old)
        if session.new:
            session.country = next((country for one in own if (country := one.country)), "")
    return found


def views_of(requests: Iterable[Request]) -> list[ViewKey]:
    """The page views of these requests, each once."""
    return list(dict.fromkeys((request.project_id, request.session, request.page_view) for request in requests))


def sessionize(
    requests: Iterable[Request], sessions: dict[SessionKey, Session], known: Mapping[ViewKey, KnownView]
) -> Sessionized:
    """Count every request in its page view once. `sessions`: from sessions_of; `known`: page views that are stored."""
    views: dict[ViewKey, View] = {}
    arrivals: list[Arrival] = []
    duplicates: list[Request] = []
    skewed: list[Request] = []
    bad: list[Bad] = []
    # A page view's page event comes first, also when a later request overtook it inside this batch.
    for request in sorted(requests, key=_number):
        page_view = request.page_view
        key = (request.project_id, request.session, page_view)
        view = views.get(key)
        if view is None:
            view = views[key] = View(sessions[key[:2]], page_view, known.get(key))
        try:
            news = (view.events if request.channel == "e" else view.recording).add(request.seq)
        except TooManyGaps as error:
            bad.append(Bad.of(request.source, "malformed", str(error), request.record))
            continue
        if not news:
            duplicates.append(request)
            continue
        own = request.received_ms - request.sent_ms
        if own > skew.DAY_MS or own < -skew.DAY_MS:
            skewed.append(request)
        arrivals.append(Arrival(request, view, skew.of_request(own, view.session_.skew_ms)))
    return Sessionized(sessions, views, arrivals, duplicates, skewed, bad)


def _number(request: Request) -> int:
    return request.seq


def _arrived(request: Request) -> int:
    return request.received_ms
