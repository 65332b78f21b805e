"""Third step: from a batch's new requests to what they add: sessions, page views, heat points, boxes, facts.

Pure. Sessions and page views are added to in place (they belong to the batch); all else is in the `Folded`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec
import pyarrow as pa

from collector.protocol import Click, Custom, Event, Identify, Leave, Move, Page, Scroll, Tap
from collector.worker.arrivals import campaign, referrer_host
from collector.worker.decode import Request
from collector.worker.dictionary import Dictionaries
from collector.worker.names import address_of, selector_of
from collector.worker.sessionize import Arrival, View
from collector.worker.skew import DAY_MS
from storage.facts import SCHEMA, FactKind
from storage.heat import HeatKind
from storage.heat_days import Place
from storage.page_layouts import BoxRow

PAGE, CLICK, TAP, CUSTOM = (int(kind) for kind in (FactKind.PAGE, FactKind.CLICK, FactKind.TAP, FactKind.EVENT))
HEAT_CLICK, HEAT_TAP, HEAT_MOVE = (int(kind) for kind in (HeatKind.CLICK, HeatKind.TAP, HeatKind.MOVE))
_encode: Final = msgspec.json.Encoder().encode


class FactColumns:
    """Fact rows of a project's day, column by column, in the order of storage.facts.SCHEMA."""

    __slots__ = (
        "at",
        "device",
        "element_id",
        "fx",
        "fy",
        "kind",
        "name_id",
        "page_id",
        "page_view",
        "props",
        "session",
    )

    def __init__(self) -> None:
        self.session: list[bytes] = []
        self.page_view: list[int] = []
        self.at: list[int] = []
        self.kind: list[int] = []
        self.device: list[int] = []
        self.page_id: list[int] = []
        self.element_id: list[int] = []
        self.name_id: list[int] = []
        self.fx: list[int] = []
        self.fy: list[int] = []
        self.props: list[str | None] = []

    def add(
        self, view: View, at: int, kind: int, element_id: int, name_id: int, fx: int, fy: int, props: str | None
    ) -> None:
        """One row."""
        self.session.append(view.session_.id)
        self.page_view.append(view.page_view)
        self.at.append(at)
        self.kind.append(kind)
        self.device.append(view.session_.device)
        self.page_id.append(view.page_id or 0)
        self.element_id.append(element_id)
        self.name_id.append(name_id)
        self.fx.append(fx)
        self.fy.append(fy)
        self.props.append(props)

    def table(self) -> pa.Table:
        """The rows as facts."""
        return pa.table([pa.array(getattr(self, field.name), field.type) for field in SCHEMA], schema=SCHEMA)


class Folded:
    """What a batch adds beside its sessions and page views."""

    __slots__ = ("boxes", "early", "facts", "heat")

    def __init__(self) -> None:
        self.heat: dict[Place, list[tuple[int, int, int]]] = {}  # element id, fx, fy (0 to 255)
        self.boxes: dict[tuple[int, int, int, int], BoxRow] = {}
        self.facts: dict[tuple[int, str], FactColumns] = {}  # by project and day
        self.early: list[Arrival] = []  # whose page is unknown: counted, but not yet in the rest


class Fold:
    """Adds requests to a batch."""

    def __init__(self, names: Dictionaries) -> None:
        self.folded = Folded()
        self._pages = names.pages.ids
        self._elements = names.elements.ids
        self._event_names = names.event_names.ids
        self._kinds: dict[type, Callable[[Any, View, int], None]] = {
            Page: self._page,
            Click: self._click,
            Tap: self._tap,
            Move: self._move,
            Scroll: _scrolled,
            Leave: _scrolled,
            Custom: self._custom,
            Identify: _identify,
        }

    def add(self, arrivals: Iterable[Arrival]) -> Folded:
        """Fold the events of all arrivals, page events first within a page view (as sessionize orders them)."""
        early: list[Arrival] = []
        for arrival in arrivals:
            request, view, skew_ms = arrival
            self._all(request, view, skew_ms)
            if view.page_id is None and request.events:
                early.append(arrival)
        self.place([arrival for arrival in early if arrival.view.page_id is not None])
        self.folded.early = [arrival for arrival in early if arrival.view.page_id is None]
        return self.folded

    def place(self, arrivals: Iterable[Arrival]) -> Folded:
        """Add to the map and the facts what was counted before its page was known; if it still isn't, to the facts."""
        for request, view, skew_ms in arrivals:
            counted = copy.copy(view)
            counted.session_ = copy.copy(view.session_)
            counted.page_id = view.page_id or 0
            self._all(request, counted, skew_ms)
        return self.folded

    def _all(self, request: Request, view: View, skew_ms: int) -> None:
        received = request.record.received_ms
        earliest = received - DAY_MS
        for event in request.events:
            at = event.t + skew_ms
            at = received if at > received else at if at > earliest else earliest
            self._event(event, view, at)

    def _event(self, event: Event, view: View, at: int) -> None:
        session = view.session_
        if at < view.started_ms:
            view.started_ms = at
            session.started_ms = min(session.started_ms, at)
        if at > view.ended_ms:
            view.ended_ms = at
            session.ended_ms = max(session.ended_ms, at)
        self._kinds[type(event)](event, view, at)

    def _fact(
        self, view: View, at: int, kind: int, element_id: int, name_id: int, fx: int, fy: int, props: str | None
    ) -> None:
        """A row of the facts; none while the page is unknown."""
        if view.page_id is None:
            return
        key = (view.session_.project_id, view.session_.day)
        facts = self.folded.facts.get(key)
        if facts is None:
            facts = self.folded.facts[key] = FactColumns()
        facts.add(view, at, kind, element_id, name_id, fx, fy, props)

    def _points(self, view: View, kind: int) -> list[tuple[int, int, int]] | None:
        if not view.page_id:
            return None
        session = view.session_
        place = (session.project_id, view.page_id, session.day, session.device, kind)
        points = self.folded.heat.get(place)
        if points is None:
            points = self.folded.heat[place] = []
        return points

    def _page(self, event: Page, view: View, at: int) -> None:
        if view.page_id is not None:
            return  # a page view has one page event; a second one tells nothing new
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
        self._fact(view, at, PAGE, 0, 0, 0, 0, None)

    def _click(self, event: Click, view: View, at: int) -> None:
        self._pressed(event, view, at, CLICK, HEAT_CLICK)

    def _tap(self, event: Tap, view: View, at: int) -> None:
        self._pressed(event, view, at, TAP, HEAT_TAP)

    def _pressed(self, event: Click, view: View, at: int, kind: int, heat: int) -> None:
        session = view.session_
        element_id = self._elements[session.project_id, selector_of(event.el)]
        view.clicks += 1
        session.clicks += 1
        self._fact(view, at, kind, element_id, 0, event.fx, event.fy, None)
        points = self._points(view, heat)
        if points is None:
            return
        points.append((element_id, event.fx * 255 // 10_000, event.fy * 255 // 10_000))
        x, y, w, h = event.b
        page_id = view.page_id
        assert page_id is not None
        box = BoxRow(session.project_id, page_id, session.device, element_id, x, y, w, h, view.viewport_w)
        self.folded.boxes[box[:4]] = box

    def _move(self, event: Move, view: View, at: int) -> None:
        points = self._points(view, HEAT_MOVE)
        if points is not None:
            project_id, elements = view.session_.project_id, self._elements
            points += [
                (elements[project_id, selector_of(selector)], fx * 255 // 10_000, fy * 255 // 10_000)
                for _, selector, fx, fy in event.m
            ]

    def _custom(self, event: Custom, view: View, at: int) -> None:
        session = view.session_
        session.events += 1
        name_id = self._event_names[session.project_id, event.name]
        props = _encode(event.props).decode() if event.props else None
        self._fact(view, at, CUSTOM, 0, name_id, 0, 0, props)


def _scrolled(event: Scroll | Leave, view: View, at: int) -> None:
    view.scroll_pct = max(view.scroll_pct, event.d)
    view.document_h = event.dh or view.document_h


def _identify(event: Identify, view: View, at: int) -> None:
    session = view.session_
    session.user_ref = event.id
    if event.traits:
        session.traits = _encode(msgspec.json.decode(session.traits, type=dict) | event.traits).decode()
