"""What a page shows, as its address says it: project, period, device and segment; the same for every page.

    ?p=7&range=7d&device=mobile&browser=Firefox          ?p=7&range=custom&from=2026-03-01&to=2026-03-14

So any view can be copied as a link. A value that makes no sense is left aside, never an error.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, get_args
from urllib.parse import parse_qsl, urlencode

from dashboard.queries.filters import Filters, traits_of
from dashboard.queries.periods import Period, last
from storage.session_index import Device

# The choices of the date range by their names in the address; "custom" goes from `from` to `to`, whole days in UTC.
RANGES: Final = {
    "today": "Today",
    "24h": "Last 24 hours",
    "7d": "Last 7 days",
    "30d": "Last 30 days",
    "90d": "Last 90 days",
    "custom": "Custom",
}
DEFAULT_RANGE: Final = "30d"
DEVICES: Final[tuple[Device, ...]] = get_args(Device)

# Segment filters by their names in the address; a list may come several times: browser=Firefox&browser=Chrome.
_LISTS: Final = {
    "browser": "browsers",
    "os": "oses",
    "country": "countries",
    "referrer": "referrer_hosts",
    "utm_source": "utm_sources",
    "utm_medium": "utm_mediums",
    "utm_campaign": "utm_campaigns",
}
_TEXTS: Final = {"user": "user_ref", "visited": "page", "entry": "entry", "exit": "exit"}
_NUMBERS: Final = {
    "min_duration": "min_duration_ms",
    "max_duration": "max_duration_ms",
    "min_pages": "min_page_views",
    "min_clicks": "min_clicks",
    "min_rage": "min_rage_clicks",
    "min_dead": "min_dead_clicks",
    "min_errors": "min_error_clicks",
    "min_events": "min_events",
}
_SECONDS: Final = ("min_duration", "max_duration")  # in the address
SEGMENT: Final = (*_LISTS, *_TEXTS, *_NUMBERS, "trait", "recorded")
SEGMENT_WORDS: Final = {
    "browser": "Browser",
    "os": "System",
    "country": "Country",
    "referrer": "From",
    "utm_source": "Campaign source",
    "utm_medium": "Campaign medium",
    "utm_campaign": "Campaign",
    "user": "User",
    "trait": "Trait",
    "visited": "Page",
    "entry": "Entry",
    "exit": "Exit",
    "min_duration": "At least seconds",
    "max_duration": "At most seconds",
    "min_pages": "At least pages",
    "min_clicks": "At least clicks",
    "min_rage": "At least rage clicks",
    "min_dead": "At least dead clicks",
    "min_errors": "At least error clicks",
    "min_events": "At least events",
    "recorded": "Recorded",
}
SHARED: Final = ("p", "range", "from", "to", "device", *SEGMENT)
_LONGEST: Final = 200


@dataclass(frozen=True)
class View:
    """An address read. `project_id` 0: none is named. `own`: parameters of the page itself, first value each."""

    project_id: int
    range: str
    period: Period
    device: Device | None
    filters: Filters
    kept: tuple[tuple[str, str], ...] = ()
    own: Mapping[str, str] = field(default_factory=dict)

    @property
    def live(self) -> bool:
        """Whether the period is still filling, so that its figures change while one looks at them."""
        return self.period.end > dt.datetime.now(dt.UTC)

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """First and last day of the period (UTC), both included."""
        return self.period.first_day, self.period.last_day

    def link(self, path: str, **changes: object) -> str:
        """The address of `path` that keeps project, period, device and segment, with these parameters changed.

        None takes a parameter away, a list gives it several times; `from` is spelled `from_`.
        """
        named = {name.rstrip("_"): value for name, value in changes.items()}
        pairs: list[tuple[str, object]] = [(name, value) for name, value in self.kept if name not in named]
        for name, value in named.items():
            values = value if isinstance(value, list | tuple) else [value]
            pairs += [(name, one) for one in values if one is not None]
        return f"{path}?{urlencode(pairs)}" if pairs else path


def read_view(search: str | None, now: dt.datetime | None = None) -> View:
    """The view that an address' query (`?p=7&range=7d`, as `url.search` has it) asks for; never raises."""
    try:
        pairs = parse_qsl((search or "").lstrip("?"), max_num_fields=200)
    except ValueError:
        pairs = []
    pairs = [(name, value[:_LONGEST]) for name, value in pairs if value and "\0" not in value]
    first = dict(reversed(pairs))
    chosen, period = _period(first, now or dt.datetime.now(dt.UTC))
    device = next((device for device in DEVICES if device == first.get("device")), None)
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return View(
        project_id=_number(first.get("p", "")),
        range=chosen,
        period=period,
        device=device,
        filters=_filters(values, device),
        kept=tuple((name, value) for name, value in pairs if name in SHARED),
        own={name: value for name, value in first.items() if name not in SHARED},
    )


def view_of(query: Mapping[str, object]) -> View:
    """The view of a page's `layout(**query)`, to which Dash gives the address' parameters by name."""
    pairs = [(name, one) for name, value in query.items() for one in (value if isinstance(value, list) else [value])]
    return read_view(urlencode([(name, str(one)) for name, one in pairs if one is not None]))


def _number(text: str) -> int:
    """A whole number of up to 18 digits, or 0."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 19 else 0


def _day(text: str) -> dt.datetime | None:
    """Midnight (UTC) of a day `2026-03-01`, or the very time that RFC 3339 names; None for anything else."""
    try:
        moment = dt.datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
    return moment if 2000 <= moment.year < 2100 else None


def _period(first: Mapping[str, str], now: dt.datetime) -> tuple[str, Period]:
    """The range's name and its period; the default where the address has none that holds."""
    chosen = first.get("range", "")
    if chosen in ("custom", "") and "from" in first and "to" in first:
        start, end = _day(first["from"]), _day(first["to"])
        if start and end:
            whole_days = len(first["to"]) <= 10
            try:
                return "custom", Period(start, end + dt.timedelta(days=1) if whole_days else end)
            except (ValueError, OverflowError):
                pass
    if chosen == "24h":
        hour = now.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)
        return chosen, Period(hour - dt.timedelta(hours=24), hour)
    if chosen == "today":
        return chosen, last(1, now)
    if chosen in RANGES and chosen.endswith("d"):
        return chosen, last(int(chosen[:-1]), now)
    return DEFAULT_RANGE, last(int(DEFAULT_RANGE[:-1]), now)


def _filters(values: Mapping[str, list[str]], device: Device | None) -> Filters:
    """The segment: which sessions a question is about."""
    recorded = {"1": True, "0": False}.get(values.get("recorded", [""])[0])
    numbers = {name: _number(values[name][0]) for name in _NUMBERS if name in values}
    for name in _SECONDS:
        if name in numbers:
            numbers[name] = min(numbers[name], 86_400) * 1000
    return Filters(
        devices=[device] if device else [],
        recorded=recorded,
        traits=traits_of(values.get("trait", [])),
        **{_LISTS[name]: values[name] for name in _LISTS if name in values},  # type: ignore[arg-type]
        **{_TEXTS[name]: values[name][0] for name in _TEXTS if name in values},  # type: ignore[arg-type]
        **{_NUMBERS[name]: min(number, 2**31 - 1) for name, number in numbers.items()},  # type: ignore[arg-type]
    )
