"""Third step: from a batch's new requests to what they add to sessions and page views; their rows go to `Places`.

Pure. Sessions and page views are added to in place (they belong to the batch).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from collector.protocol import Identify, Page
from collector.worker import scrub
from collector.worker.arrivals import campaign, referrer_host
from collector.worker.flat import Columns, Summary
from collector.worker.names import NameIds, address_of
from collector.worker.places import Placed, Places
from collector.worker.sessionize import Arrival, View
from collector.worker.skew import DAY_MS
from storage.naming import Named

MOST_TRAITS: Final = 64  # of a session
_encode: Final = msgspec.json.Encoder().encode


class Fold:
    """Adds requests to a batch, whose events are in `columns`. `pages`: ids of all pages that page events name."""

    def __init__(self, columns: Columns, pages: Mapping[Named, int]) -> None:
        self.early: list[Arrival] = []  # whose page is unknown: counted, but not yet in the map and the facts
        self._columns = columns
        self._pages = pages
        self._places = Places(columns)

    def add(self, arrivals: Iterable[Arrival]) -> None:
        """Count all arrivals, in the order in which sessionize gives them, and bring them to their places."""
        counted: list[tuple[Arrival, bool]] = []
        for arrival in arrivals:
            if arrival.request.summary:
                counted.append((arrival, self._count(arrival.request.summary, arrival)))
        for arrival, page_told in counted:
            if arrival.view.page_id is None:
                self.early.append(arrival)
            else:
                self._place(arrival, page_told)

    def place(self, arrivals: Iterable[Arrival]) -> None:
        """Add to the map and the facts what was counted before its page was known; if it still isn't, to the facts."""
        for arrival in arrivals:
            self._place(arrival, False)

    def placed(self, ids: NameIds) -> Placed:
        """What the batch adds; `ids`: those of the names in the columns."""
        return self._places.packed(ids)

    def _place(self, arrival: Arrival, page_told: bool) -> None:
        request, view, skew_ms = arrival
        if request.summary:
            self._places.put(request.summary, view, skew_ms, request.received_ms, page_told)

    def _count(self, summary: Summary, arrival: Arrival) -> bool:
        """Add a request to its session and page view; whether it has the page event that begins the page view."""
        request, view, skew_ms = arrival
        session, received = view.session_, request.received_ms
        earliest = received - DAY_MS
        first = max(min(summary.first_ms + skew_ms, received), earliest)
        last = max(min(summary.last_ms + skew_ms, received), earliest)
        if first < view.started_ms:
            view.started_ms = first
            if first < session.started_ms:
                session.started_ms = first
        if last > view.ended_ms:
            view.ended_ms = last
            if last > session.ended_ms:
                session.ended_ms = last
        view.clicks += summary.clicks
        session.clicks += summary.clicks
        session.rage_clicks += summary.rages
        session.dead_clicks += summary.deads
        session.error_clicks += summary.errors
        session.events += summary.customs
        if summary.deepest > view.scroll_pct:
            view.scroll_pct = summary.deepest
        view.document_h = summary.document_h or view.document_h
        for identify in summary.identifies:
            _identify(identify, view)
        if summary.page is None or view.page_id is not None:
            return False
        self._begin(summary.page, view, max(min(summary.page.t + skew_ms, received), earliest))
        return True

    def _begin(self, event: Page, view: View, at: int) -> None:
        """The page event tells what the page view is of."""
        session = view.session_
        address = address_of(event.url)
        page_id = self._pages[session.project_id, address]
        view.page_id = page_id
        view.url, view.title, view.referrer = map(scrub.words, (event.url, event.title, event.ref))
        view.viewport_w, view.viewport_h = event.vw, event.vh
        view.document_h = view.document_h or event.dh
        session.page_views += 1
        if session.entry_ms is None or at < session.entry_ms:
            session.entry_ms = at
            session.entry_page_id, session.entry_address = page_id, address
            session.language, session.screen_w = event.lang, event.sw
            session.referrer_host = referrer_host(event.ref, event.url)
            session.utm_source, session.utm_medium, session.utm_campaign = campaign(event.url)
        if session.exit_ms is None or at > session.exit_ms:
            session.exit_ms = at
            session.exit_page_id, session.exit_address = page_id, address


def pages_of(arrivals: Iterable[Arrival]) -> dict[Named, str]:
    """The pages that the arrivals' page events name, with their titles."""
    pages: dict[Named, str] = {}
    for request, _, _ in arrivals:
        if request.summary and request.summary.page:
            page = request.summary.page
            pages[request.project_id, address_of(page.url)] = page.title
    return pages


def _identify(event: Identify, view: View) -> None:
    session = view.session_
    session.user_ref = event.id
    if event.traits:
        traits = msgspec.json.decode(session.traits, type=dict) | event.traits
        # The latest ones stay: a page that makes up new keys all the time fills no row.
        kept = dict([*traits.items()][-MOST_TRAITS:])
        session.traits = _encode(kept).decode()
