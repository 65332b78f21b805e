"""A funnel in an address: what can be written can be read, and what can't is told in words."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

import pytest

from dashboard.funnels.definition import Definition, read_definition, read_where, step_name, written_where
from dashboard.queries.filters import Filters
from dashboard.queries.funnels import ClickStep, EventStep, PageStep
from dashboard.queries.periods import Period
from dashboard.recordings.behind import Behind, read_behind

DAY = Period(dt.datetime(2026, 3, 1, tzinfo=dt.UTC), dt.datetime(2026, 3, 2, tzinfo=dt.UTC))
FUNNEL = Definition(
    steps=[
        PageStep("*/cart"),
        ClickStep("#pay", "shop.example/cart"),
        EventStep("purchase", {"plan": "a, b", "seats": 5}),
    ],
    order="strict",
    window_s=300,
    breakdown="browser",
)


def test_funnel_comes_back_from_its_address_as_it_was() -> None:
    assert read_definition(FUNNEL.text()) == FUNNEL
    assert read_definition("") == Definition()


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"steps":[{"kind":"dream"}]}', '{"window_s":0}', '{"order":"random"}', "x" * 9_000]
)
def test_what_is_no_funnel_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="funnel"):
        read_definition(text)


def test_funnel_has_twelve_steps_at_most() -> None:
    with pytest.raises(ValueError, match="12 steps at most"):
        Definition(steps=[PageStep("*")] * 13)


def test_steps_that_are_not_filled_in_ask_nothing() -> None:
    assert Definition(steps=[PageStep(""), EventStep(""), ClickStep("")]).question(DAY, None) is None
    question = Definition(steps=[PageStep("*/a"), PageStep("")]).question(DAY, Filters())
    assert question is not None
    assert (question.steps, question.filters) == ([PageStep("*/a")], None)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", {}),
        ("plan = pro", {"plan": "pro"}),
        ("seats=5, price = 2.5, trial = true, gone = null", {"seats": 5, "price": 2.5, "trial": True, "gone": None}),
        ('name = "a, b", code = "5"', {"name": "a, b", "code": "5"}),
    ],
)
def test_conditions_are_read_as_they_are_written(text: str, where: dict[str, str | int | float | bool | None]) -> None:
    assert read_where(text) == where
    assert read_where(written_where(where)) == where


@pytest.mark.parametrize("text", ["plan", "= pro", "plan = pro, seats"])
def test_condition_without_a_name_or_a_value_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no condition"):
        read_where(text)


def test_steps_are_called_by_what_people_see() -> None:
    assert [step_name(step, {"#pay": "Pay now"}) for step in FUNNEL.steps] == [
        "*/cart",
        "Click on “Pay now” on shop.example/cart",
        "purchase (plan = a, b, seats = 5)",
    ]


def test_recordings_behind_a_bar_are_named_by_the_address() -> None:
    behind = Behind(FUNNEL, 1, "dropped")
    assert read_behind(urlencode(behind.parameters())) == behind
    assert "dropped off after step 2" in behind.words


@pytest.mark.parametrize("changes", [{"f": "{"}, {"step": 3}, {"outcome": "lost"}, {"f": ""}])
def test_address_that_names_no_bar_opens_the_whole_list(changes: dict[str, object]) -> None:
    assert read_behind(urlencode({**Behind(FUNNEL, 1, "dropped").parameters(), **changes})) is None
