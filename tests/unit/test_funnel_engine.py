"""The funnel engine gives exactly what counting by hand gives, in every order and window."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dashboard.queries.funnel_engine import Order, progress

Row = tuple[int, int, frozenset[int]]  # session, at, steps that it is


def depth_by_hand(rows: list[Row], steps: int, order: Order, window: int) -> int:
    """The most steps of one session, by trying every choice of rows."""
    if order == "any":
        return max(
            (len({step for other in rows if 0 <= row[1] - other[1] <= window for step in other[2]}) for row in rows),
            default=0,
        )
    best = 0
    for length in range(1, steps + 1):
        for chosen in itertools.combinations(range(len(rows)), length):
            if order == "strict" and chosen[-1] - chosen[0] != length - 1:
                continue
            if all(step in rows[index][2] for step, index in enumerate(chosen)) and (
                rows[chosen[-1]][1] - rows[chosen[0]][1] <= window
            ):
                best = length
                break
    return best


@pytest.mark.parametrize("order", ["ordered", "strict", "any"])
@pytest.mark.parametrize("seed", range(40))
def test_engine_counts_what_counting_by_hand_counts(order: Order, seed: int) -> None:
    random = np.random.default_rng(seed)
    steps, window = int(random.integers(1, 5)), int(random.integers(1, 60))
    rows: list[Row] = []
    for session in range(12):
        times = np.sort(random.integers(0, 100, int(random.integers(1, 8))))
        rows += [(session, int(at), frozenset(np.flatnonzero(random.random(steps) < 0.4).tolist())) for at in times]
    matches = np.array([[step in row[2] for row in rows] for step in range(steps)], bool)
    reached = progress(
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.int64) + 1_700_000_000_000,
        matches,
        order,
        window,
    )
    by_hand = [depth_by_hand([row for row in rows if row[0] == session], steps, order, window) for session in range(12)]
    assert reached.depth.tolist() == by_hand
    assert ((reached.elapsed >= 0).sum(axis=1) == reached.depth).all()
    assert reached.elapsed.max() <= window


def test_no_rows_at_all_reach_nothing() -> None:
    empty = np.empty(0, np.int64)
    reached = progress(empty, empty, np.empty((3, 0), bool), "ordered", 1000)
    assert reached.depth.tolist() == []


def test_the_window_is_counted_from_the_latest_start_that_fits() -> None:
    # view at 0 and 90, buy at 100: within 50 ms only the second view counts, and it took 10 ms.
    reached = progress(
        np.zeros(3, np.int64),
        np.array([0, 90, 100]),
        np.array([[True, True, False], [False, False, True]]),
        "ordered",
        50,
    )
    assert reached.depth.tolist() == [2]
    assert reached.elapsed.tolist() == [[0, 10]]
