"""Which elements' boxes are worth writing: one that has not moved, or was written a moment ago, is not written again.

Visitors with windows of many widths see the same element at many places; the map needs one of them, and a row that is
rewritten by every click would be most of what a busy page costs Postgres.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Final

from storage.page_layouts import BoxRow

FRESH_S: Final = 60.0
MOST: Final = 300_000  # remembered; when there are more, all are forgotten

Place = tuple[int, int, int, int]  # project, page, device, element


class SeenBoxes:
    """The boxes that have been committed lately."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._written: dict[Place, tuple[float, BoxRow]] = {}

    def worth_writing(self, boxes: Iterable[BoxRow]) -> list[BoxRow]:
        """Those that are new, or are elsewhere than a minute ago."""
        stale, written = self._clock() - FRESH_S, self._written
        found = []
        for box in boxes:
            old = written.get(box[:4])
            if old is None or (old[1] != box and old[0] <= stale):
                found.append(box)
        return found

    def written(self, boxes: Iterable[BoxRow]) -> None:
        """These have been committed."""
        if len(self._written) > MOST:
            self._written.clear()
        now = self._clock()
        for box in boxes:
            self._written[box[:4]] = now, box
