"""Points that are taken out of heat again."""

from __future__ import annotations

import numpy as np

from storage.heat import POINTS, Points, merge
from storage.heat_removal import less


def points(*rows: tuple[int, int, int, int]) -> Points:
    return np.array(list(rows), POINTS)


def test_what_was_added_and_taken_out_leaves_what_was_there() -> None:
    there, more = points((1, 10, 10, 5), (2, 0, 255, 1)), points((1, 10, 10, 2), (3, 7, 7, 4))
    assert less(merge([there, more]), more).tolist() == merge([there]).tolist()


def test_a_place_without_points_is_gone() -> None:
    assert less(points((1, 10, 10, 2), (2, 1, 1, 1)), points((1, 10, 10, 2))).tolist() == [(2, 1, 1, 1)]


def test_more_than_there_is_takes_only_what_is_there() -> None:
    assert less(points((1, 10, 10, 2)), points((1, 10, 10, 3), (9, 0, 0, 1))).tolist() == []


def test_nothing_to_take_out_leaves_all() -> None:
    there = points((1, 10, 10, 2), (1, 10, 10, 1))
    assert less(there, points()).tolist() == [(1, 10, 10, 3)]
    assert less(points(), there).tolist() == []
