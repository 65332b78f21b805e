"""The counted sequence numbers of a page view: each number counts once, in whatever order they come."""

from __future__ import annotations

import random

import pytest

from collector.worker.counted import MOST_RANGES, Counted, TooManyGaps


def test_numbers_in_order_leave_nothing_ahead() -> None:
    counted = Counted()
    assert all(counted.add(number) for number in range(1_000))
    assert (counted.seq, counted.ahead) == (1_000, [])


@pytest.mark.parametrize("seed", range(20))
def test_every_number_counts_exactly_once_in_any_order_and_over_any_number_of_batches(seed: int) -> None:
    chance = random.Random(seed)
    sent = [number for number in range(60) for _ in range(chance.choice([1, 1, 1, 2, 3]))]
    chance.shuffle(sent)
    counted, seen = Counted(), set()
    for number in sent:
        assert counted.add(number) == (number not in seen)
        seen.add(number)
        assert counted.seq == next(n for n in range(61) if n not in seen)
        ranges = [range(first, past) for first, past in zip(counted.ahead[::2], counted.ahead[1::2], strict=True)]
        assert sorted(n for n in seen if n >= counted.seq) == [n for one in ranges for n in one]
        counted = Counted(counted.seq, list(counted.ahead))
    assert (counted.seq, counted.ahead) == (60, [])


def test_a_lost_request_keeps_the_numbers_small() -> None:
    counted = Counted()
    for number in range(1, 5_000):
        counted.add(number)
    assert (counted.seq, counted.ahead) == (0, [1, 5_000])


def test_more_gaps_than_a_tracker_leaves_are_refused_and_change_nothing() -> None:
    counted = Counted()
    for number in range(MOST_RANGES):
        counted.add(2 * number + 1)
    before = list(counted.ahead)
    with pytest.raises(TooManyGaps, match="gaps"):
        counted.add(999_999)
    assert counted.ahead == before
    assert counted.add(0)
    assert not counted.add(1)
