"""Boxes of elements are written when they are new to the worker, and then once a minute if they have moved."""

from __future__ import annotations

import numpy as np

from collector.worker.places import Boxes, PageKey
from collector.worker.seen_boxes import FRESH_S, SeenBoxes
from storage.page_layouts import BoxRow

PAGE = (1, 2, 3)
Box = tuple[int, int, int, int, int]


def test_box_is_written_again_only_after_its_minute_and_only_a_commit_counts() -> None:
    at = 0.0
    seen = SeenBoxes(lambda: at)

    def asked(boxes: dict[int, Box], page: PageKey = PAGE) -> list[BoxRow]:
        rows = np.array([*boxes.values()], np.int64)
        return seen.worth_writing(Boxes({page: {element: row for row, element in enumerate(boxes)}}, rows))

    box, moved = (0, 0, 9, 9, 800), (7, 7, 9, 9, 800)
    rows = [BoxRow(*PAGE, 5, 0, 0, 9, 9, 800)]
    assert asked({5: box}) == rows
    assert asked({5: box}) == rows, "the first batch was not committed"
    seen.written(rows)
    assert asked({5: moved, 6: box}) == [BoxRow(*PAGE, 6, 0, 0, 9, 9, 800)]
    assert len(asked({5: box}, (1, 2, 1))) == 1, "another device"
    at = FRESH_S
    assert asked({5: box}) == [], "it has not moved"
    assert asked({5: moved}) == [BoxRow(*PAGE, 5, 7, 7, 9, 9, 800)]
    seen.written(asked({5: moved}))
    assert asked({5: box}) == []
