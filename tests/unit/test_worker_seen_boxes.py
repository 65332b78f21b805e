"""Boxes of elements are written when they are new to the worker, and then once a minute."""

from __future__ import annotations

from collector.worker.seen_boxes import FRESH_S, SeenBoxes
from storage.page_layouts import BoxRow


def test_box_is_written_again_only_after_its_minute_and_only_a_commit_counts() -> None:
    at = 0.0
    seen = SeenBoxes(lambda: at)
    box, moved, other = (
        BoxRow(1, 1, 1, 5, 0, 0, 9, 9, 800),
        BoxRow(1, 1, 1, 5, 7, 7, 9, 9, 800),
        BoxRow(1, 1, 1, 6, 0, 0, 9, 9, 800),
    )
    assert seen.worth_writing([box]) == [box]
    assert seen.worth_writing([box]) == [box], "the first batch was not committed"
    seen.written([box])
    assert seen.worth_writing([moved, other]) == [other]
    at = FRESH_S
    assert seen.worth_writing([moved]) == [moved]
