"""First step, events: what they hold goes into flat columns of whole numbers the moment that they are decoded. Pure.

The events themselves are let go at once. What a map and the facts need of them is a few numbers each in `Columns`,
which all requests of a batch share; what a session and a page view need is added up in the request's `Summary`.
Nothing here knows sessions, pages or ids: `collector.worker.fold` brings a request's rows to their places later. This
loop is the worker's hottest code: it looks at each event once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from collector.protocol import Click, Custom, Dead, Event, Failed, Identify, Leave, Move, Page, Rage, Scroll, Tap
from collector.worker.names import NUMBER_SHIFT, Ints, Met
from storage.facts import FactKind
from storage.heat import HEAT_OF_FACT

# A code: the number of an element or custom event, a kind of fact, fx and fy.
FX_SHIFT: Final = 14
KIND_SHIFT: Final = 28
FRACTION_MASK: Final = (1 << FX_SHIFT) - 1
KIND_MASK: Final = (1 << NUMBER_SHIFT - KIND_SHIFT) - 1
PAGE: Final = int(FactKind.PAGE) << KIND_SHIFT
CLICK: Final = int(FactKind.CLICK) << KIND_SHIFT
TAP: Final = int(FactKind.TAP) << KIND_SHIFT
CUSTOM: Final = int(FactKind.EVENT) << KIND_SHIFT
RAGE: Final = int(FactKind.RAGE) << KIND_SHIFT
DEAD: Final = int(FactKind.DEAD) << KIND_SHIFT
ERROR: Final = int(FactKind.ERROR) << KIND_SHIFT
# What is done to an element at a point of its box.
PRESSES: Final[dict[type, int]] = {Click: CLICK, Tap: TAP, Rage: RAGE, Dead: DEAD, Failed: ERROR}
# The kind of heat that a kind of facts leaves on the map, by number; 0: none.
HEAT_OF: Final = np.array([HEAT_OF_FACT.get(FactKind(kind), 0) if kind else 0 for kind in range(8)], np.int64)
OWN_NAMES: Final = "$"  # begins the names of events that the tracker tells of itself: they are no events of the site's
Box = tuple[int, int, int, int]  # x, y, w, h
_encode: Final = msgspec.json.Encoder().encode


class Summary(msgspec.Struct, frozen=True, gc=False):
    """A request's events: what they add up to, and which rows are theirs. Times are the visitor's."""

    first_row: int
    past_row: int
    first_move: int
    past_move: int
    first_ms: int
    last_ms: int
    clicks: int
    rages: int
    deads: int
    errors: int  # clicks that were followed by one
    customs: int
    deepest: int  # per cent of the document, by scrolling
    document_h: int  # 0: not told
    page: Page | None
    page_row: int
    identifies: tuple[Identify, ...]


def kinds_of(codes: Ints) -> Ints:
    """The kinds of facts."""
    return codes >> KIND_SHIFT & KIND_MASK


def pressed_of(kinds: Ints) -> npt.NDArray[np.bool_]:
    """Which of the facts are clicks of any kind, or taps: they have an element, a point of it and its box."""
    pressed: npt.NDArray[np.bool_] = HEAT_OF[kinds] > 0
    return pressed


class Rows(NamedTuple):
    """The rows of a batch. `times`, `codes`: facts; `moves`: points, as codes; `boxes`: x, y, w, h a click or tap."""

    times: Ints
    codes: Ints
    moves: Ints
    boxes: Ints

    @classmethod
    def none(cls) -> Rows:
        """Of a batch without events."""
        empty = np.zeros(0, np.int64)
        return cls(empty, empty, empty, empty.reshape(0, 4))


class Columns:
    """A batch's rows, and the names that they use. It begins with `rows`, whose names are in `elements` and so on."""

    def __init__(
        self,
        rows: Rows | None = None,
        elements: Met | None = None,
        event_names: Met | None = None,
        props: dict[int, bytes] | None = None,
    ) -> None:
        self._first = rows or Rows.none()
        self._times: list[int] = []
        self._codes: list[int] = []
        self._moves: list[int] = []
        self._boxes: list[Box] = []
        self.props = {} if props is None else props  # by row; those that have some
        self.elements = elements or Met()
        self.event_names = event_names or Met()

    def rows(self) -> Rows:
        """All of them."""
        if not self._codes and not self._moves:
            return self._first
        times, codes, moves = (np.fromiter(one, np.int64, len(one)) for one in (self._times, self._codes, self._moves))
        more = Rows(times, codes, moves, np.array(self._boxes, np.int64).reshape(-1, 4))
        return Rows(*map(np.concatenate, zip(self._first, more, strict=True)))

    def used(self) -> tuple[Ints, Ints]:
        """The numbers of elements and of custom events that the rows name; each as often as it is named."""
        rows = self.rows()
        numbers, kinds = rows.codes >> NUMBER_SHIFT, kinds_of(rows.codes)
        pressed = numbers[pressed_of(kinds)]
        return np.concatenate([pressed, rows.moves >> NUMBER_SHIFT]), numbers[kinds == FactKind.EVENT]

    def take(self, project_id: int, events: Sequence[Event]) -> Summary:
        """Put the events of a request into the columns."""
        times, codes, moves, boxes = self._times, self._codes, self._moves, self._boxes
        selectors, labels = self.elements.of(project_id), self.elements.labels
        before = len(self._first.codes)
        first_row, first_move = before + len(codes), len(self._first.moves) + len(moves)
        first = last = events[0].t
        customs = deepest = document_h = page_row = 0
        pressed = dict.fromkeys(PRESSES.values(), 0)
        page: Page | None = None
        identifies: tuple[Identify, ...] = ()
        for event in events:
            t = event.t
            if t < first:
                first = t
            elif t > last:
                last = t
            if type(event) is Move:
                for _, name, fx, fy in event.m:
                    moves.append(selectors[name] | fx << FX_SHIFT | fy)
            elif isinstance(event, Click):
                kind = PRESSES[type(event)]
                pressed[kind] += 1
                element = selectors[event.el]
                if element not in labels and event.text:
                    labels[element] = event.text
                times.append(t)
                codes.append(element | kind | event.fx << FX_SHIFT | event.fy)
                boxes.append(event.b)
            elif type(event) is Scroll or type(event) is Leave:
                if event.d > deepest:
                    deepest = event.d
                document_h = event.dh or document_h
            elif type(event) is Custom:
                customs += not event.name.startswith(OWN_NAMES)
                if event.props:
                    self.props[before + len(codes)] = _encode(event.props)
                times.append(t)
                codes.append(self.event_names.of(project_id)[event.name] | CUSTOM)
            elif type(event) is Page:
                if page is None:  # a page view has one page event; a second one tells nothing new
                    page, page_row = event, before + len(codes)
                    times.append(t)
                    codes.append(PAGE)
            elif type(event) is Identify:
                identifies += (event,)
        return Summary(
            first_row,
            before + len(codes),
            first_move,
            len(self._first.moves) + len(moves),
            first,
            last,
            pressed[CLICK] + pressed[TAP],
            pressed[RAGE],
            pressed[DEAD],
            pressed[ERROR],
            customs,
            deepest,
            document_h,
            page,
            page_row,
            identifies,
        )
