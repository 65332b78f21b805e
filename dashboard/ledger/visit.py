"""Where did my visit go? A form for what somebody knows of it, and what became of it in plain words."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.errors import Problem
from dashboard.ledger.outcomes import ADVICE
from dashboard.queries.lost_visits import ABOUT, Visit
from dashboard.recordings.lacks import lacks
from dashboard.settings.actions import button
from dashboard.settings.tabs import entry, notice
from dashboard.shell import words
from dashboard.shell.blocks import card, table
from dashboard.shell.view import View

KINDS: Final = [
    {"value": "at", "label": "When it was (UTC)"},
    {"value": "visitor", "label": "Visitor id"},
    {"value": "session", "label": "Session id"},
]
FORMS: Final = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%d %b %Y %H:%M")
# What keeps a visit from leaving the browser at all: nothing of it can be counted here.
SILENT: Final = (
    "Never sent, and so counted nowhere: the snippet is not on the page, an ad blocker or the page's CSP stops the"
    " tracker, the site waits for consent, or the browser was told to stop."
)


def form() -> Component:
    """The card with the question; its answer comes below."""
    now = dt.datetime.now(dt.UTC)
    known = dcc.Input(
        id="visit-known", className="hw-input", maxLength=100, autoComplete="off", placeholder=f"{now:%Y-%m-%d %H:%M}"
    )
    return card(
        html.Div(
            [
                entry("What you know", dmc.Select(id="visit-kind", data=KINDS, value="at", allowDeselect=False),
                      "visit-kind"),
                entry("Which", known, "visit-known"),
                button("Find the visit", "visit-find"),
            ],
            className="hw-form-row",
        ),
        html.Div(id="visit-answer", role="status", className="hw-visit"),
        title="Where did my visit go?", note="one that you made yourself, or that somebody asks about",
    )  # fmt: skip


def read(kind: str, text: str) -> dict[str, Any]:
    """What the form says, as the query takes it. Raises Problem `invalid_parameter`."""
    text = text.strip()
    if kind == "at":
        for form_ in FORMS:
            try:
                return {"at": dt.datetime.strptime(text, form_).replace(tzinfo=dt.UTC)}
            except ValueError:
                continue
        raise Problem("invalid_parameter", f"“{text}” is no time: write it as 2026-03-14 14:03, in UTC.")
    try:
        return {kind: uuid.UUID(text)}
    except ValueError as error:
        raise Problem("invalid_parameter", f"“{text}” is no id: it has 32 hex digits.") from error


def answer(view: View, asked: dict[str, Any], found: Visit) -> Component:
    """What became of it."""
    said: list[Component] = []
    if found.sessions:
        said.append(notice(_found(len(found.sessions), asked), "good"))
        said.append(_sessions(view, found))
    if found.erased_at:
        said.append(notice(f"This visitor's data was erased on {words.moment(found.erased_at)} UTC: its receipt stands"
                           " in Settings, Data.", "warn"))  # fmt: skip
    for site in found.left_out:
        said.append(
            notice(
                f"Site {site.site_key} keeps {site.share:.0%} of sessions, always the same ones, and this is none of"
                f" them (sampled_out). {ADVICE['sampled_out']}",
                "warn",
            )
        )
    if found.waiting:
        what = "request of it" if found.waiting == 1 else "requests of it"
        said.append(notice(f"{found.waiting:,} {what} could not be used and lie with the dead letters."
                           " `heatwake dead-letters list` says why.", "warn"))  # fmt: skip
    if not said:
        said.append(notice(_nothing(asked), "warn"))
    if "at" in asked:
        said.append(_turned_away(found))
    if not found.sessions:
        said.append(html.P(SILENT, className="hw-quiet"))
    return html.Div(said, className="hw-stack")


def _found(number: int, asked: dict[str, Any]) -> str:
    if "at" in asked:
        about = f"within {ABOUT.seconds // 60} minutes of {asked['at']:%H:%M}"
        return f"{number:,} {'visit was' if number == 1 else 'visits were'} under way {about}:"
    return "It is here:" if number == 1 else f"{number:,} visits are here:"


def _nothing(asked: dict[str, Any]) -> str:
    if "at" in asked:
        return f"No visit that is kept was under way within {ABOUT.seconds // 60} minutes of that time."
    whose = "session" if "session" in asked else "visitor"
    return (
        f"Nothing of this {whose} is kept: it never arrived, was turned away at the door (which keeps counts by reason"
        " and no ids), or its time to be kept has run out."
    )


def _sessions(view: View, found: Visit) -> Component:
    return table(
        ["Began (UTC)", "Came to", "With", ("Pages", "right"), ("Length", "right"), ""],
        [
            [words.moment(row.started_at), row.entry or "(no page)",
             " · ".join(filter(None, (row.device, row.browser))),
             f"{row.pages:,}", words.duration(row.duration_ms),
             html.Span([dcc.Link("Play" if row.recorded else "Not recorded: why",
                                 href=view.link(f"/recordings/{row.id}")), lacks(row.lacks)])]
            for row in found.sessions
        ],
        "Visits that it can be",
    )  # fmt: skip


def _turned_away(found: Visit) -> Component:
    if not found.turned_away:
        return html.P("Nothing was turned away in that hour.", className="hw-quiet")
    return html.Div(
        [
            html.P("Turned away in that hour, of all visitors; if yours is none of the above, it may be among these:"),
            table(
                ["Why", ("Requests", "right")],
                [
                    [html.Span([row.meaning, html.Span(ADVICE.get(row.reason), className="hw-advice")]),
                     f"{row.requests:,}"]
                    for row in found.turned_away
                ],
                "Turned away in that hour",
            ),
        ]
    )  # fmt: skip
