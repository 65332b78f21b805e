"""Which elements' boxes are worth writing: one that has not moved, or was written a moment ago, is not written again.

Visitors with windows of many widths see the same element at many places; the map needs one of them, and a row that is
rewritten by every click would be most of what a busy page costs Postgres.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from collector.worker.places import PageKey, SeenBox
from storage.page_layouts import BoxRow

FRESH_S: Final = 60.0
MOST: Final = 300_000  # remembered; when there are more, all are forgotten


class SeenBoxes:
    """The boxes that have been committed lately."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._written: dict[PageKey, dict[int, tuple[float, SeenBox]]] = {}
        self._number = 0

    def worth_writing(self, boxes: Mapping[PageKey, Mapping[int, SeenBox]]) -> list[BoxRow]:
        """Those that are new, or are elsewhere than a minute ago."""
        stale = self._clock() - FRESH_S
        found = []
        for page, own in boxes.items():
            written = self._written.get(page) or {}
            for element, box in own.items():
                old = written.get(element)
                if old is None or (old[1] != box and old[0] <= stale):
                    found.append(BoxRow(*page, element, *box[0], box[1]))
        return found

    def written(self, boxes: Iterable[BoxRow]) -> None:
        """These have been committed."""
        if self._number > MOST:
            self._written.clear()
            self._number = 0
        now = self._clock()
        for project_id, page_id, device, element, *place, viewport_w in boxes:
            x, y, w, h = place
            written = self._written.setdefault((project_id, page_id, device), {})
            self._number += element not in written
            written[element] = now, ((x, y, w, h), viewport_w)
