"""Which elements' boxes are worth writing: one that has not moved, or was written a moment ago, is not written again.

Visitors with windows of many widths see the same element at many places; the map needs one of them, and a row that is
rewritten by every click would be most of what a busy page costs Postgres. What a page's map holds already is read once,
when the page is met; bounded in boxes, and those of the pages that were met longest ago are forgotten first.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Final

import numpy as np

from collector.worker.names import Ints
from collector.worker.places import Boxes, PageKey
from storage import page_layouts
from storage.page_layouts import BoxRow
from storage.postgres import Database, by_key

FRESH_S: Final = 60.0
# Odd, and without a pattern: the fractions of the square roots of 2, 3, 5, 7, 11.
_FACTORS: Final = np.array(
    [0x6A09E667F3BCC909, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1, 0x510E527FADE682D1], np.uint64
)
MOST: Final = 2_000_000  # remembered, at some 110 bytes each


class SeenBoxes:
    """The boxes that are in the database, by page and device."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = MOST) -> None:
        self._clock = clock
        self._most = most
        # By element a fingerprint of the box: whether it has moved is all that is asked. Ordered: see OpenSessions.
        self._kept: OrderedDict[PageKey, dict[int, int]] = OrderedDict()
        self._number = 0
        self._lately: dict[tuple[PageKey, int], float] = {}  # when a box was written, for a minute
        self._looked_at = clock()

    def __len__(self) -> int:
        return self._number

    def learn(self, database: Database, pages: Iterable[PageKey]) -> None:
        """Read what is stored of the pages that are new here. Raises DatabaseUnavailable, psycopg.Error."""
        new = [page for page in pages if page not in self._kept]
        if not new:
            return
        for page in new:
            self._kept[page] = {}
        with database.transaction() as connection:
            by_key(connection)
            stored = page_layouts.boxes(connection, new)
        seen = zip(stored.elements.tolist(), fingerprints(stored.rows), strict=True)
        for page, length in zip(stored.pages, stored.lengths, strict=True):
            self._kept[page] = dict(islice(seen, length))
            self._number += length
        while self._number > self._most and len(self._kept) > 1:
            self._number -= len(self._kept.popitem(last=False)[1])

    def worth_writing(self, boxes: Boxes) -> list[BoxRow]:
        """Those that are new, or are elsewhere than they are kept and were not written in the last minute."""
        stale = self._clock() - FRESH_S
        prints = fingerprints(boxes.rows)
        found = []
        for page, own in boxes.pages.items():
            kept = self._kept.get(page) or {}
            for element, row in own.items():
                old = kept.get(element)
                if old != prints[row] and (old is None or self._lately.get((page, element), stale) <= stale):
                    found.append(BoxRow(*page, element, *boxes.rows[row].tolist()))
        return found

    def written(self, boxes: Iterable[BoxRow]) -> None:
        """These have been committed."""
        now = self._clock()
        if now - self._looked_at > FRESH_S:
            self._lately = {one: at for one, at in self._lately.items() if now - at < FRESH_S}
            self._looked_at = now
        rows = [*boxes]
        prints = fingerprints(np.array([row[4:] for row in rows], np.int64).reshape(-1, 5))
        for row, fingerprint in zip(rows, prints, strict=True):
            kept = self._kept.setdefault(row[:3], {})
            self._number += row.element_id not in kept
            kept[row.element_id] = fingerprint
            self._lately[row[:3], row.element_id] = now


def fingerprints(rows: Ints) -> list[int]:
    """A number a box: two boxes differ if theirs do.

    Two that differ have the same by chance once in 2^64; then the one that is kept is not written anew.
    """
    mixed = (rows.astype(np.uint64) * _FACTORS).sum(axis=1, dtype=np.uint64)
    found: list[int] = (mixed ^ mixed >> np.uint64(32)).tolist()
    return found
