"""A batch is gathered for longer the more there is to gather, never longer than allowed, never when more waits."""

from __future__ import annotations

import pytest

from collector.worker.pace import FULL_RATE, SHORTEST_S, Pace


@pytest.mark.parametrize(
    ("requests", "more", "wait_s"),
    [(1, False, SHORTEST_S), (FULL_RATE, False, 1.0), (FULL_RATE * 20, False, 2.0), (FULL_RATE * 20, True, 0.0)],
)
def test_wait_grows_with_the_traffic_within_its_bounds(requests: int, more: bool, wait_s: float) -> None:
    pace = Pace(2_000)
    pace.batch(10.0, 5, False)
    pace.batch(12.0, requests, more)
    assert pace.wait_s(12.0) == pytest.approx(wait_s)
    assert pace.wait_s(12.0 + wait_s) == 0.0


@pytest.mark.parametrize(("projects", "wait_s"), [(100, 1.0), (750, 1.5), (3_000, 2.0)])
def test_batches_of_many_projects_are_gathered_for_longer(projects: int, wait_s: float) -> None:
    pace = Pace(1_000)
    for began in (10.0, 12.0):
        pace.batch(began, 20 * FULL_RATE, False)
        assert pace.wait_s(began) == pytest.approx(1.0 if began == 10.0 else wait_s)
        pace.spread(2_000, projects)


def test_batch_that_only_has_what_could_not_be_used_changes_nothing() -> None:
    pace = Pace(1_000)
    pace.spread(2_000, 750)
    pace.spread(0, 1)
    for began in (10.0, 12.0):
        pace.batch(began, 20 * FULL_RATE, False)
    assert pace.wait_s(12.0) == pytest.approx(1.5)


def test_bound_below_the_shortest_wait_holds() -> None:
    pace = Pace(50)
    pace.batch(10.0, 0, False)
    assert pace.wait_s(10.0) == pytest.approx(0.05)
