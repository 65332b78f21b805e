"""Third step, places: from a batch's columns and the page views that its requests belong to, packed values. Pure.

All by numpy, a batch at a time: a request's rows get their page view's constants, times are corrected and held between
a day before the arrival and the arrival, ids take the places of numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from collector.worker.flat import FRACTION_MASK, FX_SHIFT, HEAT_OF, Columns, Rows, Summary, kinds_of, pressed_of
from collector.worker.names import NUMBER_SHIFT, Ints, NameIds
from collector.worker.sessionize import View
from collector.worker.skew import DAY_MS
from storage.facts import FactKind
from storage.facts.rows import ROWS, PackedRows, pack_rows
from storage.heat import POINTS, HeatKind
from storage.heat_batches import PLACES, HeatBatch, ProjectDay, pack_batch

PageKey = tuple[int, int, int]  # project, page, device
_NO_MAP: Final = -1
_HEAT_KINDS: Final = 8  # more than there are
_DAY_SHIFT: Final = 40  # bits for a layer and a kind


class Boxes(NamedTuple):
    """Where elements were seen: of each page and device the latest row of each element."""

    pages: dict[PageKey, dict[int, int]]
    rows: Ints  # shape (n, 5): x, y, w, h in CSS pixels, and the width of the viewport


NO_BOXES: Final = Boxes({}, np.zeros((0, 5), np.int64))


class Placed(NamedTuple):
    """What a batch adds beside its sessions and page views."""

    heat: dict[ProjectDay, HeatBatch]
    boxes: Boxes
    facts: dict[ProjectDay, PackedRows]


class _Views(NamedTuple):
    """The constants of the batch's page views, by their numbers."""

    sessions: npt.NDArray[Any]
    page_views: Ints
    devices: Ints
    pages: Ints
    days: Ints  # numbers
    layers: Ints  # numbers
    viewports: Ints


class _Found(NamedTuple):
    """Fact rows that have a place: which of the columns', of which request and page view, and what they hold."""

    rows: Ints
    requests: Ints
    views: Ints
    codes: Ints

    @property
    def kinds(self) -> Ints:
        return kinds_of(self.codes)

    @property
    def numbers(self) -> Ints:
        return self.codes >> NUMBER_SHIFT

    def only(self, which: npt.NDArray[Any]) -> _Found:
        """Those of a mask, or in an order."""
        return _Found(self.rows[which], self.requests[which], self.views[which], self.codes[which])


class Places:
    """Which rows go where."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        # Seven numbers a request: rows from, to; moves from, to; page view; skew; arrival.
        self._requests: list[int] = []
        self._untold: list[int] = []  # rows of page events that tell nothing new
        self._numbers: dict[View, int] = {}
        self._layers: dict[tuple[int, int, str, int], int] = {}  # project, page, day, device
        self._days: dict[tuple[int, str], int] = {}
        # By page view: session, page view id, device, page, day's number, layer's number, viewport.
        self._views: list[tuple[bytes, int, int, int, int, int, int]] = []

    def put(self, summary: Summary, view: View, skew_ms: int, received_ms: int, page_told: bool) -> None:
        """A request's rows belong to this page view, whose page is known by now, or stays unknown.

        `page_told`: the page event among them is the one that began the page view.
        """
        number = self._numbers.get(view)
        if number is None:
            number = self._add(view)
        if summary.page is not None and not page_told:
            self._untold.append(summary.page_row)
        self._requests += (
            summary.first_row,
            summary.past_row,
            summary.first_move,
            summary.past_move,
            number,
            skew_ms,
            received_ms,
        )

    def _add(self, view: View) -> int:
        session, page_id = view.session_, view.page_id or 0
        project_id, day, device = session.project_id, session.day, session.device
        layer = _NO_MAP
        if page_id:
            layer = self._layers.setdefault((project_id, page_id, day, device), len(self._layers))
        day_number = self._days.setdefault((project_id, day), len(self._days))
        number = self._numbers[view] = len(self._views)
        self._views.append((session.id, view.page_view, device, page_id, day_number, layer, view.viewport_w))
        return number

    def packed(self, ids: NameIds) -> Placed:
        """All that was put, with the ids of its names."""
        if not self._requests:
            return Placed({}, NO_BOXES, {})
        requests = _array(self._requests).reshape(-1, 7)
        sessions, *constants = zip(*self._views, strict=True)
        views = _Views(
            np.frombuffer(b"".join(sessions), ROWS["session"]), *(np.array(one, np.int64) for one in constants)
        )
        own = self._columns.rows()
        rows, owners = _spread(requests[:, 0], requests[:, 1])
        if self._untold:
            told = ~np.isin(rows, self._untold)
            rows, owners = rows[told], owners[told]
        found = _Found(rows, owners, requests[owners, 4], own.codes[rows])
        pressed = found.only(pressed_of(found.kinds) & (views.layers[found.views] != _NO_MAP))
        order = np.lexsort((found.views, views.days[found.views]))
        return Placed(
            self._heat(pressed, own.moves, requests, views, ids.elements),
            self._boxes(pressed, own, views, ids.elements),
            self._facts(found.only(order), own.times, requests, views, ids.elements, ids.event_names),
        )

    def _heat(
        self, pressed: _Found, all_moves: Ints, requests: Ints, views: _Views, element_ids: Ints
    ) -> dict[ProjectDay, HeatBatch]:
        """The points of each project's day, packed layer by layer and kind by kind."""
        moves, owners = _spread(requests[:, 2], requests[:, 3])
        layers = views.layers[requests[owners, 4]]
        moves, layers = moves[layers != _NO_MAP], layers[layers != _NO_MAP]
        kinds = HEAT_OF[pressed.kinds]
        layers = np.concatenate([views.layers[pressed.views], layers])
        kinds = np.concatenate([kinds, np.full(len(moves), int(HeatKind.MOVE))])
        # A project's day after the other, in it the layers, in them the kinds.
        projects, pages, days, devices = zip(*self._layers, strict=True) if self._layers else ((), (), (), ())
        day_numbers = [self._days[day] for day in zip(projects, days, strict=True)]
        keys = (np.array(day_numbers, np.int64)[layers] << _DAY_SHIFT) + layers * _HEAT_KINDS + kinds
        order = np.argsort(keys, kind="stable")
        codes = np.concatenate([pressed.codes, all_moves[moves]])[order]
        points = np.empty(len(codes), POINTS)
        points["element_id"] = element_ids[codes >> NUMBER_SHIFT]
        points["fx"] = (codes >> FX_SHIFT & FRACTION_MASK) * 255 // 10_000
        points["fy"] = (codes & FRACTION_MASK) * 255 // 10_000
        points["count"] = 1
        places, lengths = np.unique(keys[order], return_counts=True)
        layers = (places & (1 << _DAY_SHIFT) - 1) // _HEAT_KINDS
        table = np.empty(len(places), PLACES)
        table["page_id"] = np.array(pages, np.int64)[layers]
        table["device"] = np.array(devices, np.int64)[layers]
        table["kind"], table["points"] = places % _HEAT_KINDS, lengths
        # Where each day's places and points end.
        past_places = np.searchsorted(places >> _DAY_SHIFT, np.arange(len(self._days)), side="right")
        past_points = np.concatenate([[0], np.cumsum(lengths)])[past_places]
        packed, place, point = {}, 0, 0
        for day, past_place, past_point in zip(self._days, past_places.tolist(), past_points.tolist(), strict=True):
            if past_place > place:
                packed[day] = pack_batch(table[place:past_place], points[point:past_point])
            place, point = past_place, past_point
        return packed

    def _boxes(self, pressed: _Found, own: Rows, views: _Views, element_ids: Ints) -> Boxes:
        """The latest box of each element of each page."""
        which = np.cumsum(pressed_of(kinds_of(own.codes))) - 1  # by row: the box of its own
        pressed = pressed.only(np.argsort(views.layers[pressed.views], kind="stable"))
        rows = np.column_stack([own.boxes[which[pressed.rows]], views.viewports[pressed.views]])
        seen = zip(element_ids[pressed.numbers].tolist(), range(len(rows)), strict=True)
        layers, lengths = np.unique(views.layers[pressed.views], return_counts=True)
        named = list(self._layers)
        found: dict[PageKey, dict[int, int]] = {}
        for layer, length in zip(layers.tolist(), lengths.tolist(), strict=True):
            project_id, page_id, _, device = named[layer]
            found.setdefault((project_id, page_id, device), {}).update(islice(seen, length))
        return Boxes(found, rows)

    def _facts(
        self, found: _Found, all_times: Ints, requests: Ints, views: _Views, element_ids: Ints, name_ids: Ints
    ) -> dict[ProjectDay, PackedRows]:
        """The rows of each project's day, packed; `found` in the order of days and page views."""
        kinds, numbers, received = found.kinds, found.numbers, requests[found.requests, 6]
        facts = np.zeros(len(found.rows), ROWS)
        facts["session"] = views.sessions[found.views]
        facts["page_view"] = views.page_views[found.views]
        facts["page_id"] = views.pages[found.views]
        facts["device"] = views.devices[found.views]
        times = all_times[found.rows] + requests[found.requests, 5]
        facts["at"] = np.clip(times, received - DAY_MS, received)
        pressed, custom = pressed_of(kinds), kinds == FactKind.EVENT
        facts["element_id"][pressed] = element_ids[numbers[pressed]]
        facts["name_id"][custom] = name_ids[numbers[custom]]
        facts["fx"] = found.codes >> FX_SHIFT & FRACTION_MASK
        facts["fy"] = found.codes & FRACTION_MASK
        facts["kind"] = kinds
        props = [*map(self._columns.props.get, found.rows.tolist())]
        ends = np.cumsum(np.bincount(views.days[found.views], minlength=len(self._days))).tolist()
        return {
            day: pack_rows(facts[first:end], props[first:end])
            for day, first, end in zip(self._days, [0, *ends[:-1]], ends, strict=True)
            if end > first
        }


def _array(values: Sequence[int]) -> Ints:
    return np.fromiter(values, np.int64, len(values))


def _spread(firsts: Ints, pasts: Ints) -> tuple[Ints, Ints]:
    """All numbers from each first to before its past, and the position of the range that each is from."""
    lengths = pasts - firsts
    owners = np.repeat(np.arange(len(firsts)), lengths)
    starts = np.cumsum(lengths) - lengths
    return np.arange(len(owners)) - np.repeat(starts - firsts, lengths), owners
