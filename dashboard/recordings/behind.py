"""The recordings behind a figure: those of a funnel's bar, or of a click on an element of a heatmap.

An address names them by the funnel's definition, the step and the outcome: `f`, `step`, `outcome`; a click on an
element is a funnel of one step.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import cast, get_args

import msgspec

from dashboard import in_place
from dashboard.auth.access import Access
from dashboard.errors import NotVisible
from dashboard.funnels.definition import Definition, read_definition, step_name
from dashboard.funnels.saved import definition_of
from dashboard.queries.filters import Filters
from dashboard.queries.funnels import ClickStep, Outcome, sessions_behind
from dashboard.queries.periods import Period
from dashboard.queries.saved_funnels import saved_funnel
from dashboard.shell.view import View


@dataclass(frozen=True)
class Behind:
    """The sessions that came to a step (counted from 0), or that came to it and not to the next."""

    definition: Definition
    step: int
    outcome: Outcome

    @property
    def words(self) -> str:
        """Which sessions these are."""
        steps = self.definition.asked
        name = step_name(steps[self.step])
        if len(steps) == 1:
            return f"with: {name}"
        if self.outcome == "reached":
            return f"that came to step {self.step + 1}: {name}"
        return f"that dropped off after step {self.step + 1}: {name}"

    def parameters(self) -> dict[str, object]:
        """As an address names them."""
        return {"f": self.definition.text(), "step": self.step, "outcome": self.outcome}

    def narrowed(self, access: Access, view: View) -> tuple[Period, Filters]:
        """Period and filters that let exactly these sessions through.

        A session may have begun before the period in which it did something, so the period begins a day earlier.
        """
        question = self.definition.question(view.period, view.filters)
        assert question is not None
        ids = sessions_behind(access, question, self.step, self.outcome).ids
        earlier = Period(view.period.start - dt.timedelta(days=1), view.period.end)
        return earlier, msgspec.structs.replace(view.filters, session_ids=ids)


def clicked(selector: str, address: str) -> Behind:
    """The sessions that clicked the element on the page."""
    return Behind(Definition(steps=[ClickStep(selector, address)]), 0, "reached")


def read_behind(search: str | None) -> Behind | None:
    """What an address' query names; None: nothing, or nothing that can be read."""
    text = in_place.own_text(search, "f")
    if not text:
        return None
    try:
        definition = read_definition(text)
    except ValueError:
        return None
    step, outcome = in_place.own_text(search, "step"), in_place.own_text(search, "outcome") or "reached"
    return _behind(definition, step or "0", outcome)


def of_saved_funnel(access: Access, text: str) -> Behind | None:
    """`12.1.reached`: a saved funnel's step and outcome; None: nothing, or nothing that is there."""
    number, _, rest = text.partition(".")
    step, _, outcome = rest.partition(".")
    if not (number.isdecimal() and number.isascii() and len(number) < 19):
        return None
    try:
        definition = definition_of(saved_funnel(access, int(number)))
    except NotVisible:
        return None
    return None if definition is None else _behind(definition, step, outcome)


def _behind(definition: Definition, step: str, outcome: str) -> Behind | None:
    number = int(step) if step.isdecimal() and step.isascii() and len(step) < 4 else 0
    if number >= len(definition.asked) or outcome not in get_args(Outcome):
        return None
    return Behind(definition, number, cast(Outcome, outcome))
