"""Clock skew: a session's times are in order and ours, whatever the visitor's clock says."""

from __future__ import annotations

from collector.worker import skew

DAY = skew.DAY_MS


def test_the_least_time_under_way_corrects_a_new_session() -> None:
    assert skew.of_session([5_200, 5_030, 7_000], None) == 5_030


def test_jitter_does_not_move_a_session() -> None:
    assert skew.of_session([5_900], 5_030) == 5_030
    assert skew.of_session([4_500], 5_030) == 5_030


def test_a_first_request_that_was_long_under_way_is_made_up_for() -> None:
    assert skew.of_session([5_030], 9_000) == 5_030


def test_a_request_that_waited_keeps_the_sessions_correction() -> None:
    assert skew.of_request(5_030 + 30_000, 5_030) == 5_030


def test_a_clock_that_was_set_anew_is_corrected_by_itself() -> None:
    month = 30 * DAY
    assert skew.of_request(month, 0) == month
    assert skew.of_session([-month], 0) == -month
    assert skew.of_request(-month, -month) == -month


def test_nothing_happens_after_its_arrival_nor_a_day_before() -> None:
    received = 1_800_000_000_000
    assert skew.corrected(received - 500, 0, received) == received - 500
    assert skew.corrected(received + 1, 0, received) == received
    assert skew.corrected(0, 0, received) == received - DAY
    assert skew.corrected(99_999_999_999_999, 5, received) == received
