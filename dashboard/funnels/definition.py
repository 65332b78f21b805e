"""A funnel as its address and its saved form have it: steps, order, window and breakdown, as short JSON."""

from __future__ import annotations

import re
from typing import Final, get_args

import msgspec

from dashboard.queries.filters import Filters
from dashboard.queries.funnel_engine import Order
from dashboard.queries.funnels import Breakdown, ClickStep, EventStep, PageStep, Question, Step
from dashboard.queries.periods import Period

MOST_STEPS: Final = 12
_COMMA: Final = re.compile(r',(?=(?:[^"]*"[^"]*")*[^"]*$)')  # a comma that is not within quotes
LONGEST: Final = 8_000  # characters of a definition in an address

ORDERS: Final[dict[Order, str]] = {
    "ordered": "In this order",
    "strict": "Strictly one after the other",
    "any": "In any order",
}
WINDOWS: Final[dict[int, str]] = {
    300: "5 minutes",
    1_800: "30 minutes",
    3_600: "1 hour",
    14_400: "4 hours",
    86_400: "1 day",
    7 * 86_400: "7 days",
    30 * 86_400: "30 days",
}
BREAKDOWNS: Final[dict[Breakdown, str]] = {
    "device": "Device",
    "browser": "Browser",
    "os": "Operating system",
    "country": "Country",
    "referrer_host": "Referrer",
    "utm_source": "Campaign source",
}
KINDS: Final = {"page": "Page", "event": "Event", "click": "Click"}


class Definition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A funnel without its period; `window_s`: seconds from the first step to the last."""

    steps: list[Step] = []
    order: Order = "ordered"
    window_s: int = 3_600
    breakdown: Breakdown | None = None

    def __post_init__(self) -> None:
        if len(self.steps) > MOST_STEPS:
            raise ValueError(f"A funnel has {MOST_STEPS} steps at most.")
        if not 1 <= self.window_s <= 30 * 86_400:
            raise ValueError("The window is 1 second to 30 days.")

    @property
    def asked(self) -> list[Step]:
        """The steps that say something: one that is still empty asks nothing."""
        return [step for step in self.steps if said(step)]

    def question(self, period: Period, filters: Filters | None) -> Question | None:
        """What to ask for the period; None while no step says anything."""
        if not self.asked:
            return None
        return Question(
            steps=self.asked,
            start=period.start,
            end=period.end,
            order=self.order,
            window_s=self.window_s,
            breakdown=self.breakdown,
            filters=None if filters == Filters() else filters,
        )

    def text(self) -> str:
        """As an address has it."""
        return msgspec.json.encode(self).decode()


def read_definition(text: str | None) -> Definition:
    """The funnel of an address. Raises ValueError, in words for the reader, for what is none."""
    if not text:
        return Definition()
    if len(text) > LONGEST:
        raise ValueError("The address' funnel is too long.")
    try:
        return msgspec.json.decode(text, type=Definition)
    except msgspec.DecodeError as error:
        raise ValueError(f"The address holds no funnel that can be read: {error}.") from error


def kind_of(step: Step) -> str:
    """`page`, `event` or `click`."""
    return "page" if isinstance(step, PageStep) else "event" if isinstance(step, EventStep) else "click"


def said(step: Step) -> str:
    """What the step asks for: address, event's name or selector; empty while it is not filled in."""
    if isinstance(step, PageStep):
        return step.url
    return step.name if isinstance(step, EventStep) else step.selector


def step_name(step: Step, labels: dict[str, str] | None = None) -> str:
    """The step in words; `labels`: selector → what people see on the element."""
    if isinstance(step, PageStep):
        return "Any page" if step.url == "*" else step.url
    if isinstance(step, EventStep):
        where = ", ".join(f"{key} = {value}" for key, value in step.where.items())
        return f"{step.name} ({where})" if where else step.name
    label = (labels or {}).get(step.selector) or step.selector
    return f"Click on “{label}”" + (f" on {step.url}" if step.url else "")


def new_step(kind: str, text: str, on: str = "", where: dict[str, object] | None = None) -> Step:
    """A step of this kind that asks for `text`; `on`: the page of a click, `where`: an event's properties."""
    if kind == "event":
        return EventStep(text, msgspec.convert(where or {}, dict[str, str | int | float | bool | None]))
    return ClickStep(text, on) if kind == "click" else PageStep(text)


def read_where(text: str) -> dict[str, object]:
    """`plan = pro, seats = 5` as properties: numbers, true and false become such. Raises ValueError."""
    where: dict[str, object] = {}
    for part in filter(None, (part.strip() for part in _COMMA.split(text))):
        name, equals, value = part.partition("=")
        if not (equals and name.strip()):
            raise ValueError(f"“{part}” is no condition: write property = value, several with commas.")
        where[name.strip()] = _value(value.strip())
    return where


def written_where(where: dict[str, str | int | float | bool | None]) -> str:
    """Properties as `read_where` reads them."""
    return ", ".join(f"{name} = {_written(value)}" for name, value in where.items())


def _written(value: str | int | float | bool | None) -> str:
    if isinstance(value, str):
        plain = value == value.strip() and "," not in value and '"' not in value and _value(value) == value
        return value if plain else msgspec.json.encode(value).decode()
    return msgspec.json.encode(value).decode()


def _value(text: str) -> str | int | float | bool | None:
    try:
        value = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
    return value if isinstance(value, str | int | float | bool | None) else text


assert set(ORDERS) == set(get_args(Order))
