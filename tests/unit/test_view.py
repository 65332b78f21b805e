"""The address says what a page shows; whatever stands in it, a page can be drawn."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard.shell.view import DEFAULT_RANGE, RANGES, read_view, view_of

NOW = dt.datetime(2026, 3, 14, 15, 9, 26, tzinfo=dt.UTC)


def test_nothing_said_is_the_last_thirty_days_of_no_project() -> None:
    view = read_view("", NOW)
    assert (view.project_id, view.range, view.device) == (0, DEFAULT_RANGE, None)
    assert view.period.end - view.period.start == dt.timedelta(days=30)
    assert view.period.end == dt.datetime(2026, 3, 15, tzinfo=dt.UTC)


def test_twenty_four_hours_end_with_the_hour_that_goes_on() -> None:
    period = read_view("?range=24h", NOW).period
    assert period.start == dt.datetime(2026, 3, 13, 16, tzinfo=dt.UTC)
    assert period.end == dt.datetime(2026, 3, 14, 16, tzinfo=dt.UTC)


def test_a_custom_range_holds_its_last_day_whole() -> None:
    view = read_view("?range=custom&from=2026-03-01&to=2026-03-02", NOW)
    assert view.range == "custom"
    assert view.days == (dt.date(2026, 3, 1), dt.date(2026, 3, 2))
    assert view.period.end == dt.datetime(2026, 3, 3, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "search",
    [
        "?range=forever",
        "?range=custom&from=2026-03-02",
        "?range=custom&from=2026-03-02&to=2026-03-01",
        "?range=custom&from=1026-03-02&to=2026-03-01",
        "?range=custom&from=0001-01-01T00:00%2B23:00&to=x",
        "?p=x&device=fridge",
        "?p=-1",
        "?p=%D9%A3",
        "?min_clicks=many",
    ],
)
def test_what_makes_no_sense_is_left_aside(search: str) -> None:
    view = read_view(search, NOW)
    assert (view.project_id, view.range, view.device) == (0, DEFAULT_RANGE, None)


@given(some.text(max_size=200))
def test_no_address_is_an_error(search: str) -> None:
    view = read_view(search)
    assert view.range in RANGES
    assert view.period.start < view.period.end


def test_a_link_keeps_project_range_and_segment_and_drops_what_is_the_pages_own() -> None:
    view = read_view("?p=7&range=7d&device=mobile&browser=Firefox&browser=Chrome&kind=scroll", NOW)
    assert view.own == {"kind": "scroll"}
    assert view.filters.browsers == ["Firefox", "Chrome"]
    assert view.filters.devices == ["mobile"]
    link = view.link("/recordings", device=None, visited="/checkout")
    assert link == "/recordings?p=7&range=7d&browser=Firefox&browser=Chrome&visited=%2Fcheckout"
    assert read_view(link.partition("?")[2]).filters.page == "/checkout"


def test_a_duration_is_in_seconds_in_the_address() -> None:
    assert read_view("?min_duration=90&recorded=1").filters.min_duration_ms == 90_000
    assert read_view("?recorded=1").filters.recorded is True


def test_a_pages_layout_reads_the_same_view_from_its_arguments() -> None:
    assert view_of({"p": "7", "range": "7d"}).link("/") == read_view("?p=7&range=7d").link("/")
