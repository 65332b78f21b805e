"""Beside the list of recordings: what it can be cut down to, with the number of sessions each choice lets through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import in_place
from dashboard.auth.access import Access
from dashboard.queries.filters import Filters
from dashboard.queries.periods import Period
from dashboard.queries.recordings import facets
from dashboard.shell import words
from dashboard.shell.aria import aria
from dashboard.shell.icons import icon
from dashboard.shell.view import View

PATH: Final = "/recordings"


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
)
_NUMBERS: Final = (
    ("min_duration", "seconds"),
    ("min_pages", "pages"),
    ("min_clicks", "clicks"),
    ("min_rage", "rage clicks"),
    ("min_dead", "dead clicks"),
    ("min_errors", "error clicks"),
)


def counted(access: Access, period: Period, filters: Filters) -> dict[str, list[tuple[str, int]]]:
    """The values of each facet; one that is chosen already is counted without its own choice, so that more can be."""
    values = facets(access, period, filters).values
    for each in FACETS:
        if getattr(filters, each.field):
            without = msgspec.structs.replace(filters, **{each.field: []})
            values[each.facet] = facets(access, period, without).values.get(each.facet, [])
    return values


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
                [html.Legend(each.name), html.Ul([_choice(view, each, *row, chosen) for row in rows[:8]])],
                className="hw-facet",
            )
        )
    return html.Div(groups, className="hw-facets")


def _choice(view: View, facet: Facet, value: str, number: int, chosen: list[str]) -> html.Li:
    on = value in chosen
    if facet.parameter == "device":
        wanted: object = None if on else value
    else:
        wanted = [other for other in chosen if other != value] if on else [*chosen, value]
    href = in_place.here(view, PATH, **{facet.parameter: wanted, "cursor": None})
    return html.Li(
        in_place.link(
            [
                html.Span(icon("check", 12) if on else None, className="hw-tick"),
                html.Span(value.capitalize() if facet.facet == "device" else value, className="hw-facet-value"),
                html.Span(words.count(number), className="hw-numbers hw-quiet"),
            ],
            href,
            "hw-facet-choice hw-current" if on else "hw-facet-choice",
            **aria(pressed="true" if on else "false"),
            role="button",
        )
    )


def conditions(view: View) -> Component:
    """The conditions that have no few values to choose from."""
    own = dict(view.kept)
    numbers = html.Div(
        [
            html.Label(
                [
                    html.Span(f"At least so many {unit}", className="hw-unseen"),
                    dcc.Input(
                        type="text",
                        inputMode="numeric",
                        name=name,
                        value=own.get(name, ""),
                        placeholder=unit,
                        pattern="[0-9]*",
                        maxLength=9,
                        autoComplete="off",
                    ),
                ]
            )
            for name, unit in _NUMBERS
        ],
        className="hw-at-least",
    )
    at_least = html.Div([html.Span("At least", className="hw-field-label"), numbers], className="hw-field")
    texts = [
        html.Label(
            [
                html.Span(label, className="hw-field-label"),
                dcc.Input(type="text", name=name, value=own.get(name, ""), placeholder=hint, autoComplete="off"),
            ],
            className="hw-field",
        )
        for name, label, hint in (
            ("visited", "Entry or exit page has", "/checkout"),
            ("user", "User", "as your site names them"),
        )
    ]
    recorded = in_place.choice(
        "recorded",
        {"": "All sessions", "1": "With a recording", "0": "Without one"},
        own.get("recorded", ""),
        "Recording",
    )
    return in_place.form(recorded, *texts, at_least, label="Filters")
