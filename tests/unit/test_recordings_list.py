"""What the address of the list of recordings says: columns, traits, conditions; and how a playlist is put in order."""

from __future__ import annotations

import uuid

import pytest

from dashboard.queries.filters import traits_of
from dashboard.queries.playlists import moved
from dashboard.recordings import grid, saved
from dashboard.shell.view import read_view
from storage.session_index import traits

A, B, C, D = (uuid.UUID(int=number) for number in range(4))


@pytest.mark.parametrize(
    ("chosen", "by", "after"),
    [
        ({C}, -1, [A, C, B, D]),
        ({A}, -1, [A, B, C, D]),
        ({A, C}, -1, [A, C, B, D]),
        ({C, D}, -1, [A, C, D, B]),
        ({A, B}, 1, [C, A, B, D]),
        ({D}, 1, [A, B, C, D]),
        (set(), 1, [A, B, C, D]),
    ],
)
def test_chosen_recordings_move_one_place_and_keep_their_order(
    chosen: set[uuid.UUID], by: int, after: list[uuid.UUID]
) -> None:
    assert moved([A, B, C, D], chosen, by) == after


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", grid.DEFAULT),
        ("nonsense,<script>", grid.DEFAULT),
        ("clicks,session", ("clicks", "session")),
        ("clicks,clicks,began", ("session", "clicks", "began")),
    ],
)
def test_columns_of_an_address(text: str, columns: tuple[str, ...]) -> None:
    assert grid.columns_of(text) == columns
    shown = [one["colId"] for one in grid.definitions(text, "newest") if not one["hide"]]
    assert tuple(shown) == columns
    assert {one["colId"] for one in grid.definitions(text, "newest")} == set(grid.NAMES)


def test_order_of_the_grids_head() -> None:
    assert grid.sort_asked([{"colId": "began", "sort": "asc"}], "newest") == "oldest"
    assert grid.sort_asked([{"colId": "clicks", "sort": "desc"}], "newest") == "most_clicks"
    assert grid.sort_asked([{"colId": "country", "sort": "asc"}, {}], "longest") == "longest"


def test_conditions_of_an_address() -> None:
    filters = read_view(
        "?p=7&trait=plan:team&trait=seats:12&trait=:x&trait=y&entry=/a&exit=/b&utm_medium=email&utm_campaign=c"
        "&min_events=3&max_duration=90"
    ).filters
    assert filters.traits == {"plan": "team", "seats": "12"}
    assert (filters.entry, filters.exit, filters.utm_mediums, filters.utm_campaigns) == ("/a", "/b", ["email"], ["c"])
    assert (filters.min_events, filters.max_duration_ms) == (3, 90_000)


def test_no_more_traits_than_a_question_may_have() -> None:
    assert len(traits_of([f"name{number}:x" for number in range(50)])) == 10
    assert traits_of(["url:https://a.example"]) == {"url": "https://a.example"}


def test_segment_keeps_the_conditions_without_project_period_and_place() -> None:
    query = saved.conditions_of("?p=7&range=7d&cursor=x&cols=session&browser=Firefox&browser=Chrome&watched=0")
    assert query == "browser=Chrome&browser=Firefox&watched=0"
    assert saved.conditions_of("?p=7&range=7d") == ""


@pytest.mark.parametrize(
    ("text", "value", "same"),
    [
        ("12", 12, True),
        ("12", 12.0, True),
        ("12", "12", True),
        ("12.5", 12.5, True),
        ("true", True, True),
        ("true", "true", True),
        ("1", True, False),
        ("null", None, True),
        ("[1]", "[1]", True),
        ("Infinity", "Infinity", True),
        ("team", "Team", False),
    ],
)
def test_value_of_a_trait_is_what_a_person_writes(text: str, value: object, same: bool) -> None:
    assert (traits.token("name", value) in traits.tokens("name", text)) is same
