"""Which elements' boxes are worth writing: one that has not moved, or was written a moment ago, is not written again.

Visitors with windows of many widths see the same element at many places; the map needs one of them, and a row that is
rewritten by every click would be most of what a busy page costs Postgres. What a page's map holds already is read once,
when the page is met; bounded in boxes, and those of the pages that were met longest ago are forgotten first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from collector.worker.places import PageKey, SeenBox
from storage import page_layouts
from storage.page_layouts import BoxRow
from storage.postgres import Database, by_key

FRESH_S: Final = 60.0
MOST: Final = 2_000_000  # remembered, at some 110 bytes each


class SeenBoxes:
    """The boxes that are in the database, by page and device."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = MOST) -> None:
        self._clock = clock
        self._most = most
        # By element a hash of the box: whether it has moved is all that is asked.
        self._kept: dict[PageKey, dict[int, int]] = {}
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
            for row in page_layouts.boxes(connection, new):
                self._keep(row)
        while self._number > self._most and len(self._kept) > 1:
            self._number -= len(self._kept.pop(next(iter(self._kept))))

    def worth_writing(self, boxes: Mapping[PageKey, Mapping[int, SeenBox]]) -> list[BoxRow]:
        """Those that are new, or are elsewhere than they are kept and were not written in the last minute."""
        stale = self._clock() - FRESH_S
        found = []
        for page, own in boxes.items():
            kept = self._kept.get(page) or {}
            for element, box in own.items():
                old = kept.get(element)
                if old is None or (old != hash(box) and self._lately.get((page, element), stale) <= stale):
                    found.append(BoxRow(*page, element, *box))
        return found

    def written(self, boxes: Iterable[BoxRow]) -> None:
        """These have been committed."""
        now = self._clock()
        if now - self._looked_at > FRESH_S:
            self._lately = {one: at for one, at in self._lately.items() if now - at < FRESH_S}
            self._looked_at = now
        for row in boxes:
            self._keep(row)
            self._lately[row[:3], row.element_id] = now

    def _keep(self, row: BoxRow) -> None:
        project_id, page_id, device, element, x, y, w, h, viewport_w = row
        kept = self._kept.setdefault((project_id, page_id, device), {})
        self._number += element not in kept
        kept[element] = hash((x, y, w, h, viewport_w))
