"""Third step: from a batch's new requests to what they add: sessions, page views, heat points, boxes, facts.

Pure. Sessions and page views are added to in place (they belong to the batch); all else goes into `Flat`'s columns.
The loop over all events is the worker's hottest code: it looks at each event once and calls nothing without need.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import msgspec

from collector.protocol import Click, Custom, Identify, Leave, Move, Page, Scroll, Tap
from collector.worker.arrivals import campaign, referrer_host
from collector.worker.dictionary import Dictionaries
from collector.worker.flat import FY_BITS, Flat, ids_of
from collector.worker.names import Names, address_of
from collector.worker.sessionize import Arrival, View
from collector.worker.skew import DAY_MS
from storage.facts import FactKind
from storage.facts.rows import PackedRows
from storage.heat_batches import HeatBatch, ProjectDay
from storage.naming import Named
from storage.page_layouts import BoxRow

PAGE, CLICK, TAP, CUSTOM = (int(kind) for kind in (FactKind.PAGE, FactKind.CLICK, FactKind.TAP, FactKind.EVENT))
LATEST: Final = 1 << 62
MOST_TRAITS: Final = 64  # of a session
_encode: Final = msgspec.json.Encoder().encode


class Folded(NamedTuple):
    """What a batch adds beside its sessions and page views."""

    heat: dict[ProjectDay, HeatBatch]
    boxes: list[BoxRow]
    facts: dict[tuple[int, str], PackedRows]  # by project and day


class Fold:
    """Adds requests to a batch. `pages`: the ids of all pages that their page events name."""

    def __init__(self, pages: Mapping[Named, int]) -> None:
        self.early: list[Arrival] = []  # whose page is unknown: counted, but not yet in the map and the facts
        self._pages = pages
        self._flat = Flat()

    def add(self, arrivals: Iterable[Arrival]) -> None:
        """Fold the events of all arrivals, page events first within a page view (as sessionize orders them)."""
        early: list[Arrival] = []
        for arrival in arrivals:
            if arrival.request.events:
                self._fold(arrival, True)
                if arrival.view.page_id is None:
                    early.append(arrival)
        self.place([arrival for arrival in early if arrival.view.page_id is not None])
        self.early = [arrival for arrival in early if arrival.view.page_id is None]

    def place(self, arrivals: Iterable[Arrival]) -> None:
        """Add to the map and the facts what was counted before its page was known; if it still isn't, to the facts."""
        for arrival in arrivals:
            self._fold(arrival, False)

    def names(self) -> Names:
        """The elements and custom events that were met."""
        return Names({}, self._flat.elements.labelled(), self._flat.event_names.labelled())

    def folded(self, names: Dictionaries) -> Folded:
        """What the batch adds; `names` have learnt those that were met."""
        flat = self._flat
        elements, event_names = (
            ids_of(flat.elements, names.elements.ids),
            ids_of(flat.event_names, names.event_names.ids),
        )
        return Folded(flat.heat(elements), flat.boxes(elements), flat.facts(elements, event_names))

    def _fold(self, arrival: Arrival, counting: bool) -> None:
        """One request; unless `counting`, its session and page view have counted it before."""
        request, view, skew_ms = arrival
        session, received, flat = view.session_, request.record.received_ms, self._flat
        earliest, project_id = received - DAY_MS, session.project_id
        rows, selectors, labels = flat.rows, flat.elements.of(project_id), flat.elements.labels
        spot = flat.spot(view) if view.page_id is not None or not counting else None
        layer, number = (spot.layer, spot.number) if spot else (None, 0)
        low, high = LATEST, 0
        clicks = customs = deepest = document_h = 0
        for event in request.events:
            t = event.t + skew_ms
            if t < low:
                low = t
            if t > high:
                high = t
            if type(event) is Move:
                if layer:
                    layer.moves += [selectors[name] | fx << FY_BITS | fy for _, name, fx, fy in event.m]
            elif type(event) is Click or type(event) is Tap:
                clicks += 1
                if spot is None:
                    continue
                element = selectors[event.el]
                if event.text and element not in labels:
                    labels[element] = event.text
                what = element | event.fx << FY_BITS | event.fy
                t = received if t > received else t if t > earliest else earliest
                tap = type(event) is Tap
                rows += (number | (TAP if tap else CLICK), t, what)
                if layer:
                    (layer.taps if tap else layer.clicks).append(what)
                    layer.boxes[element] = (event.b, view.viewport_w)
            elif type(event) is Scroll or type(event) is Leave:
                if event.d > deepest:
                    deepest = event.d
                document_h = event.dh or document_h
            elif type(event) is Custom:
                customs += 1
                if spot:
                    if event.props:
                        flat.props[len(rows)] = _encode(event.props)
                    t = received if t > received else t if t > earliest else earliest
                    rows += (number | CUSTOM, t, flat.event_names.of(project_id)[event.name])
            elif type(event) is Page:
                if spot is None:  # a page view has one page event; a second one tells nothing new
                    t = received if t > received else t if t > earliest else earliest
                    self._page(event, view, t)
                    spot = flat.spot(view)
                    layer, number = spot.layer, spot.number
                    rows += (number | PAGE, t, 0)
            elif type(event) is Identify and counting:
                _identify(event, view)
        if counting:
            _span(view, max(min(low, received), earliest), max(min(high, received), earliest))
            view.clicks += clicks
            session.clicks += clicks
            session.events += customs
            view.scroll_pct = max(view.scroll_pct, deepest)
            view.document_h = document_h or view.document_h

    def _page(self, event: Page, view: View, at: int) -> None:
        session = view.session_
        address = address_of(event.url)
        page_id = self._pages[session.project_id, address]
        view.page_id = page_id
        view.url, view.title, view.referrer = event.url, event.title, event.ref
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


def _span(view: View, first_ms: int, last_ms: int) -> None:
    """The page view and its session reach from the one to the other at least."""
    session = view.session_
    if first_ms < view.started_ms:
        view.started_ms = first_ms
        session.started_ms = min(session.started_ms, first_ms)
    if last_ms > view.ended_ms:
        view.ended_ms = last_ms
        session.ended_ms = max(session.ended_ms, last_ms)


def _identify(event: Identify, view: View) -> None:
    session = view.session_
    session.user_ref = event.id
    if event.traits:
        traits = msgspec.json.decode(session.traits, type=dict) | event.traits
        # The latest ones stay: a page that makes up new keys all the time fills no row.
        kept = dict([*traits.items()][-MOST_TRAITS:])
        session.traits = _encode(kept).decode()
