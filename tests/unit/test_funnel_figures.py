"""The funnel's figures: their bars are the counts, and each bar names the recordings that it opens."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from dashboard.figures.funnel import MOST_PARTS, breakdown_bars, funnel_bars, seconds, shorter, time_histogram
from dashboard.queries.funnels import Funnel, Part, StepCount, TimeBin, time_bins

DASH = "\N{EN DASH}"
FUNNEL = Funnel(
    steps=[
        StepCount("home", 200, 1.0, 0, 0.0),
        StepCount("cart", 50, 0.25, 150, 42.0),
        StepCount("<b>done</b>", 10, 0.05, 40, 90.0),
    ],
    breakdown=[],
    sessions=230,
    as_of=dt.datetime.now(dt.UTC),
)
NAMES = [step.name for step in FUNNEL.steps]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_bars_are_the_counts_and_name_what_they_open(scheme: str) -> None:
    shown = funnel_bars(FUNNEL, NAMES, "dark" if scheme == "dark" else "light")
    reached, dropped = shown.data
    assert list(reached.x) == [200, 50, 10]
    assert list(dropped.x) == [0, 150, 40]
    assert [list(each) for each in reached.customdata] == [[0, "reached"], [1, "reached"], [2, "reached"]]
    # The 40 who did not come to the third step dropped off after the second.
    assert [list(each) for each in dropped.customdata][1:] == [[0, "dropped"], [1, "dropped"]]


def test_all_bars_fit_and_each_step_has_its_room() -> None:
    shown = funnel_bars(FUNNEL, NAMES)
    assert shown.layout.xaxis.range[1] == 200
    assert shown.layout.height == 78 * 3 + 16
    texts = [note.text for note in shown.layout.annotations]
    assert "<b>50</b>  25.0%" in texts
    assert any("&lt;b&gt;done&lt;/b&gt;" in text for text in texts)


def test_funnel_of_nobody_can_be_drawn() -> None:
    nobody = Funnel([StepCount("home", 0, 0.0, 0, None)], [], 0, dt.datetime.now(dt.UTC))
    assert list(funnel_bars(nobody, ["home"]).data[0].x) == [0]


def test_breakdown_draws_the_rate_of_the_commonest_parts() -> None:
    parts = [Part(f"part {number}", [10, number]) for number in range(9)]
    shown = breakdown_bars([Part("", [0, 0]), *parts], ["home", "cart"])
    assert len(shown.data) == MOST_PARTS
    assert (shown.data[0].name, list(shown.data[0].y)) == ("(none)", [0, 0])
    assert list(shown.data[3].y) == [100, 20]


def test_times_fall_into_bins_without_holes() -> None:
    bins = time_bins(np.array([-1, 1_500, 1_900, 45_000, -1], np.int64))
    assert [(each.from_s, each.to_s, each.count) for each in bins] == [
        (1, 2, 2), (2, 5, 0), (5, 10, 0), (10, 20, 0), (20, 30, 0), (30, 60, 1),
    ]  # fmt: skip
    assert time_bins(np.array([-1], np.int64)) == []


def test_histogram_names_its_bins() -> None:
    shown = time_histogram([TimeBin(60, 120, 3), TimeBin(120, 300, 1)])
    assert list(shown.data[0].x) == [f"1 min {DASH} 2 min", f"2 min {DASH} 5 min"]
    assert list(shown.data[0].y) == [3, 1]


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 s"), (30, "30 s"), (300, "5 min"), (7_200, "2 h"), (345_600, "4 d")]
)
def test_lengths_of_time_have_a_unit(number: float, said: str) -> None:
    assert seconds(number) == said


def test_long_names_lose_their_middle() -> None:
    text = "shop.example/" + "x" * 80 + "/checkout"
    assert len(shorter(text)) == 54
    assert shorter(text).startswith("shop.example/")
    assert shorter(text).endswith("/checkout")
