"""Beside the list of recordings: what it can be cut down to, with the number of sessions each choice lets through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import in_place
from dashboard.auth.access import Access
from dashboard.funnels.definition import step_name
from dashboard.funnels.saved import definition_of
from dashboard.queries.filters import Filters
from dashboard.queries.periods import Period
from dashboard.queries.recordings import facets
from dashboard.queries.saved_funnels import SavedFunnel
from dashboard.recordings.asked import tags_of
from dashboard.recordings.listing import PATH
from dashboard.shell import words
from dashboard.shell.aria import aria
from dashboard.shell.icons import icon
from dashboard.shell.view import View


@dataclass(frozen=True)
class Facet:
    """`facet` of the session index, the address' parameter and the field of Filters that it sets."""

    facet: str
    parameter: str
    field: str
    name: str


FACETS: Final = (
    Facet("device", "device", "devices", "Device"),
    Facet("browser", "browser", "browsers", "Browser"),
    Facet("os", "os", "oses", "Operating system"),
    Facet("country", "country", "countries", "Country"),
    Facet("referrer_host", "referrer", "referrer_hosts", "Referrer"),
    Facet("utm_source", "utm_source", "utm_sources", "Campaign source"),
    Facet("utm_medium", "utm_medium", "utm_mediums", "Campaign medium"),
    Facet("utm_campaign", "utm_campaign", "utm_campaigns", "Campaign"),
)
# The address' parameter, what a reader hears, what stands in the empty field.
_LENGTH: Final = (
    ("min_duration", "At least so many seconds", "from"),
    ("max_duration", "At most so many seconds", "to"),
)
_AT_LEAST: Final = (
    ("min_pages", "pages"),
    ("min_clicks", "clicks"),
    ("min_events", "custom events"),
    ("min_rage", "rage clicks"),
    ("min_dead", "dead clicks"),
    ("min_errors", "error clicks"),
)
_TEXTS: Final = (
    ("visited", "Entry or exit page has", "/checkout"),
    ("entry", "Entry page has", "/"),
    ("exit", "Exit page has", "/cart"),
    ("user", "User", "as your site names them"),
)


def counted(access: Access, period: Period, filters: Filters) -> dict[str, list[tuple[str, int]]]:
    """The values of each facet; one that is chosen already is counted without its own choice, so that more can be."""
    values = facets(access, period, filters).values
    for each in FACETS:
        if getattr(filters, each.field):
            without = msgspec.structs.replace(filters, **{each.field: []})
            values[each.facet] = facets(access, period, without).values.get(each.facet, [])
    return values


def total(access: Access, period: Period, filters: Filters) -> int:
    """How many sessions there are, all of them: each is on one kind of device."""
    return sum(number for _, number in facets(access, period, filters).values["device"])


def choices(view: View, values: dict[str, list[tuple[str, int]]]) -> Component:
    """Each facet with its values; a chosen one is taken away by choosing it again."""
    groups = []
    for each in FACETS:
        chosen: list[str] = list(getattr(view.filters, each.field))
        rows = [(value, number) for value, number in values.get(each.facet, []) if value]
        rows += [(value, 0) for value in chosen if value not in dict(rows)]
        if not rows or (len(rows) == 1 and not chosen):
            continue
        groups.append(
            html.Fieldset(
                [html.Legend(each.name), html.Ul([_facet_choice(view, each, *row, chosen) for row in rows[:8]])],
                className="hw-facet",
            )
        )
    return html.Div(groups, className="hw-facets")


def _facet_choice(view: View, facet: Facet, value: str, number: int, chosen: list[str]) -> html.Li:
    on = value in chosen
    if facet.parameter == "device":
        wanted: object = None if on else value
    else:
        wanted = [other for other in chosen if other != value] if on else [*chosen, value]
    href = in_place.here(view, PATH, **{facet.parameter: wanted, "cursor": None})
    return _choice(value.capitalize() if facet.facet == "device" else value, number, on, href)


def _choice(said: str, number: int, on: bool, href: str) -> html.Li:
    return html.Li(
        in_place.link(
            [
                html.Span(icon("check", 12) if on else None, className="hw-tick"),
                html.Span(said, className="hw-facet-value"),
                html.Span(words.count(number), className="hw-numbers hw-quiet"),
            ],
            href,
            "hw-facet-choice hw-current" if on else "hw-facet-choice",
            **aria(pressed="true" if on else "false"),
            role="button",
        )
    )


def tag_choices(view: View, tags: list[tuple[str, int]]) -> Component | None:
    """The project's tags; of several chosen ones any lets a session through."""
    chosen = tags_of(view)
    rows = [(tag, number) for tag, number in tags[:12]]
    rows += [(tag, 0) for tag in chosen if tag not in dict(tags)]
    if not rows:
        return None
    listed = []
    for tag, number in rows:
        on = tag in chosen
        wanted = [other for other in chosen if other != tag] if on else [*chosen, tag]
        href = in_place.here(view, PATH, tag=",".join(wanted) or None, cursor=None)
        listed.append(_choice(tag, number, on, href))
    return html.Fieldset([html.Legend("Tag"), html.Ul(listed)], className="hw-facet")


def conditions(view: View, saved: list[SavedFunnel]) -> Component:
    """The conditions that have no few values to choose from; `saved`: the project's funnels, for their steps."""
    own = {**view.own, **dict(view.kept)}
    length = _numbers("Length in seconds", [(*each, own.get(each[0], "")) for each in _LENGTH])
    at_least = _numbers(
        "At least", [(name, f"At least so many {unit}", unit, own.get(name, "")) for name, unit in _AT_LEAST]
    )
    texts = [_text(name, label, hint, own.get(name, "")) for name, label, hint in _TEXTS]
    traits = [value for name, value in view.kept if name == "trait"]
    fields = [
        _text("trait", "Trait" if not number else f"Trait {number + 1}", "plan:team", value)
        for number, value in enumerate([*traits, "", ""][: max(2, len(traits) + 1)])
    ]
    recorded = in_place.choice(
        "recorded",
        {"": "All sessions", "1": "With a recording", "0": "Without one"},
        own.get("recorded", ""),
        "Recording",
    )
    watched = in_place.choice(
        "watched",
        {"": "Watched or not", "0": "Not watched by me", "1": "Watched by me"},
        own.get("watched", ""),
        "Watched",
    )
    return in_place.form(recorded, watched, *_steps(own, saved), *texts, *fields, length, at_least, label="Filters")


def _numbers(title: str, fields: list[tuple[str, str, str, str]]) -> Component:
    """Fields for numbers: (parameter, label, hint, value)."""
    numbers = [
        html.Label(
            [
                html.Span(label, className="hw-unseen"),
                dcc.Input(
                    type="text",
                    inputMode="numeric",
                    name=name,
                    value=value,
                    placeholder=hint,
                    pattern="[0-9]*",
                    maxLength=9,
                    autoComplete="off",
                ),
            ]
        )
        for name, label, hint, value in fields
    ]
    return html.Div(
        [html.Span(title, className="hw-field-label"), html.Div(numbers, className="hw-at-least")], className="hw-field"
    )


def _text(name: str, label: str, hint: str, value: str) -> html.Label:
    field = dcc.Input(type="text", name=name, value=value, placeholder=hint, autoComplete="off", maxLength=200)
    return html.Label([html.Span(label, className="hw-field-label"), field], className="hw-field")


def _steps(own: dict[str, str], saved: list[SavedFunnel]) -> list[Component]:
    """The steps of the saved funnels: who came to one, who left after it."""
    choices = {"": "Any"}
    for funnel in saved:
        steps = definition.asked if (definition := definition_of(funnel)) else []
        for number, step in enumerate(steps):
            choices[f"{funnel.id}.{number}.reached"] = f"{funnel.name}: came to {number + 1}, {step_name(step)}"
            if number + 1 < len(steps):
                choices[f"{funnel.id}.{number}.dropped"] = f"{funnel.name}: left after {number + 1}"
    if len(choices) == 1:
        return []
    return [in_place.choice("funnel_step", choices, own.get("funnel_step", ""), "Funnel step")]
