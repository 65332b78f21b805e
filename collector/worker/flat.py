"""What a batch adds to maps and facts, as flat columns of numbers; numpy makes packed values of them at the end. Pure.

The loop over all events (`collector.worker.fold`) appends whole numbers only: a row of the facts is three (page view
and kind, time, element and place in it), a point one. Everything that is the same for a page view is kept once.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from itertools import chain
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from collector.worker.names import NUMBER_SHIFT, Met
from collector.worker.sessionize import View
from storage import heat
from storage.facts import FactKind
from storage.facts.rows import ROWS, PackedRows, pack_rows
from storage.heat import HeatKind
from storage.heat_batches import HeatBatch, ProjectDay, pack_batch
from storage.naming import Named
from storage.page_layouts import BoxRow

KIND_BITS: Final = 3
FY_BITS: Final = 14
PLACE_MASK: Final = (1 << FY_BITS) - 1
CUSTOM: Final = int(FactKind.EVENT)

Ids = npt.NDArray[np.int64]
Box = tuple[int, int, int, int]


class Layer:
    """A page on a device on a day: its points, element << 28 | fx << 14 | fy each, and its elements' boxes."""

    __slots__ = ("boxes", "clicks", "day", "device", "moves", "page_id", "project_id", "taps")

    def __init__(self, project_id: int, page_id: int, day: str, device: int) -> None:
        self.project_id, self.page_id, self.day, self.device = project_id, page_id, day, device
        self.clicks: list[int] = []
        self.taps: list[int] = []
        self.moves: list[int] = []
        self.boxes: dict[int, tuple[Box, int]] = {}  # by element's shifted number: box, viewport


class Spot:
    """Where a page view's events go: its `number` in the facts' columns, shifted; `layer` None: it has no map."""

    __slots__ = ("layer", "number")

    def __init__(self, number: int, layer: Layer | None) -> None:
        self.number = number
        self.layer = layer


class Flat:
    """The columns of a batch."""

    def __init__(self) -> None:
        self.rows: list[int] = []  # three a row: page view's number << 3 | kind, unix ms, name << 28 | fx << 14 | fy
        self.props: dict[int, bytes] = {}  # by the row's beginning in `rows`
        self.elements = Met()
        self.event_names = Met()
        self._spots: dict[View, Spot] = {}
        self._layers: dict[tuple[int, int, str, int], Layer] = {}
        self._days: dict[tuple[int, str], int] = {}
        # A page view's constants, by its number.
        self._sessions: list[bytes] = []
        self._page_views: list[int] = []
        self._devices: list[int] = []
        self._pages: list[int] = []
        self._day_numbers: list[int] = []

    def spot(self, view: View) -> Spot:
        """Where this page view's events go; its page must be known by now, or be 0 for none."""
        spot = self._spots.get(view)
        if spot is not None:
            return spot
        session, page_id = view.session_, view.page_id or 0
        day = (session.project_id, session.day)
        self._day_numbers.append(self._days.setdefault(day, len(self._days)))
        self._sessions.append(session.id)
        self._page_views.append(view.page_view)
        self._devices.append(session.device)
        self._pages.append(page_id)
        layer = None
        if page_id:
            key = (session.project_id, page_id, session.day, session.device)
            layer = self._layers.get(key)
            if layer is None:
                layer = self._layers[key] = Layer(*key)
        spot = self._spots[view] = Spot(len(self._spots) << KIND_BITS, layer)
        return spot

    def heat(self, elements: Ids) -> dict[ProjectDay, HeatBatch]:
        """The points of each project's day, packed; `elements`: ids by number."""
        days: dict[ProjectDay, list[tuple[tuple[int, int, int, int], list[int]]]] = {}
        for layer in self._layers.values():
            for kind, codes in (
                (HeatKind.CLICK, layer.clicks),
                (HeatKind.TAP, layer.taps),
                (HeatKind.MOVE, layer.moves),
            ):
                if codes:
                    place = (layer.page_id, layer.device, int(kind), len(codes))
                    days.setdefault((layer.project_id, layer.day), []).append((place, codes))
        every = _numbers(chain.from_iterable(codes for places in days.values() for _, codes in places))
        points = np.empty(len(every), heat.POINTS)
        points["element_id"] = elements[every >> NUMBER_SHIFT]
        points["fx"] = (every >> FY_BITS & PLACE_MASK) * 255 // 10_000
        points["fy"] = (every & PLACE_MASK) * 255 // 10_000
        points["count"] = 1
        packed, first = {}, 0
        for day, places in days.items():
            end = first + sum(len(codes) for _, codes in places)
            packed[day] = pack_batch([place for place, _ in places], points[first:end])
            first = end
        return packed

    def boxes(self, elements: Ids) -> list[BoxRow]:
        """The latest box of each element."""
        ids = elements.tolist()
        return [
            BoxRow(layer.project_id, layer.page_id, layer.device, ids[number >> NUMBER_SHIFT], *box, viewport_w)
            for layer in self._layers.values()
            for number, (box, viewport_w) in layer.boxes.items()
        ]

    def facts(self, elements: Ids, event_names: Ids) -> dict[tuple[int, str], PackedRows]:
        """The rows of each project's day, packed, page view by page view."""
        if not self.rows:
            return {}
        columns = _numbers(self.rows).reshape(-1, 3)
        views = columns[:, 0] >> KIND_BITS
        days = np.array(self._day_numbers)
        order = np.lexsort((views, days[views]))
        columns, views = columns[order], views[order]
        kinds, what = columns[:, 0] & (1 << KIND_BITS) - 1, columns[:, 2]
        names, custom = what >> NUMBER_SHIFT, kinds == CUSTOM
        pressed = (kinds == FactKind.CLICK) | (kinds == FactKind.TAP)
        rows = np.zeros(len(columns), ROWS)
        rows["session"] = np.frombuffer(b"".join(self._sessions), "V16")[views]
        rows["page_view"] = np.array(self._page_views)[views]
        rows["at"] = columns[:, 1]
        rows["page_id"] = np.array(self._pages)[views]
        rows["element_id"][pressed] = elements[names[pressed]]
        rows["name_id"][custom] = event_names[names[custom]]
        rows["fx"], rows["fy"] = what >> FY_BITS & PLACE_MASK, what & PLACE_MASK
        rows["kind"], rows["device"] = kinds, np.array(self._devices)[views]
        prop = self.props.get
        props = [prop(start) for start in (order * 3).tolist()] if self.props else [None] * len(rows)
        ends = np.cumsum(np.bincount(days[views], minlength=len(self._days))).tolist()
        packed, first = {}, 0
        for day, end in zip(self._days, ends, strict=True):
            if end > first:
                packed[day] = pack_rows(rows[first:end], props[first:end])
            first = end
        return packed


def ids_of(met: Met, ids: Mapping[Named, int]) -> Ids:
    """The ids of the names that a batch has met, by their numbers."""
    return np.array([ids[name] for name in met.names], np.int64)


def _numbers(values: Any) -> Ids:
    return np.frombuffer(array("q", values), np.int64)
