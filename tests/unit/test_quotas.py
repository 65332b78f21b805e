"""What a month's quota leaves of a day's, as the door is told."""

from __future__ import annotations

import pytest

from storage.quotas import Limits, Used
from storage.site_rules import BadRule


@pytest.mark.parametrize(
    ("today", "before", "per_day", "per_month", "told"),
    [
        (5, 7, 0, 0, (0, 0)),
        (5, 7, 8, 0, (8, 5)),
        (5, 7, 0, 20, (13, 5)),
        (5, 7, 8, 20, (8, 5)),
        (5, 7, 8, 10, (3, 3)),
        (0, 10, 8, 10, (1, 1)),
        (0, 11, 0, 10, (1, 1)),
    ],
)
def test_day_has_what_the_month_leaves_and_one_taken_session_when_that_is_nothing(
    today: int, before: int, per_day: int, per_month: int, told: tuple[int, int]
) -> None:
    assert Used(today, 20_000, 0, before).today(per_day, per_month) == told


def test_quota_of_none_at_all_is_refused() -> None:
    with pytest.raises(BadRule, match="Sessions a month"):
        Limits(sessions_per_month=0).checked()
