"""The share dialog: the address for colleagues, links for anyone, people of other accounts; all but the first end."""

from __future__ import annotations

import datetime as dt
from typing import Final

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.errors import Problem
from dashboard.queries.sharing import NewLink
from dashboard.recordings.timeline import clock
from dashboard.shell import blocks, words
from dashboard.shell.aria import aria
from dashboard.shell.icons import icon
from storage.grants import Grant
from storage.share_links import ShareLink

DAYS: Final = {"1": "for a day", "7": "for 7 days", "30": "for 30 days", "": "until it is taken back"}


def dialog(here: str, at_ms: int) -> list[Component]:
    """What the dialog holds; `here`: the recording's address, `at_ms`: where the player is."""
    start = dcc.Input(id="share-start", value=clock(at_ms), maxLength=8, autoComplete="off", className="hw-clock")
    return [
        html.Section(
            [
                html.H3("For colleagues who see this project"),
                blocks.copyable(here, "Copy address", code=False),
            ]
        ),
        html.Section(
            [
                html.H3("A link for anyone, without sign-in"),
                html.P("It shows this recording and nothing else of the project.", className="hw-quiet"),
                html.Div(
                    [
                        html.Label([html.Span("Starts at", className="hw-field-label"), start], className="hw-field"),
                        html.Label(
                            [
                                html.Span("Works", className="hw-field-label"),
                                dcc.Dropdown(
                                    [{"label": said, "value": value or "0"} for value, said in DAYS.items()],
                                    "7",
                                    id="share-days",
                                    clearable=False,
                                    searchable=False,
                                ),
                            ],
                            className="hw-field",
                        ),
                        html.Button("Create link", id="share-create", className="hw-button hw-primary", type="button"),
                    ],
                    className="hw-share-row",
                ),
                html.Div(id="share-created", **aria(live="polite")),
                html.Div(id="share-links"),
            ]
        ),
        html.Section(
            [
                html.H3("For someone of another account"),
                html.Div(
                    [
                        html.Label(
                            [
                                html.Span("E-mail address", className="hw-field-label"),
                                dcc.Input(
                                    id="share-email",
                                    type="text",
                                    inputMode="email",
                                    placeholder="name@example.com",
                                    debounce=True,
                                ),
                            ],
                            className="hw-field hw-grow",
                        ),
                        html.Button("Share", id="share-give", className="hw-button hw-primary", type="button"),
                    ],
                    className="hw-share-row",
                ),
                html.Div(id="share-given", **aria(live="polite")),
                html.Div(id="share-people"),
            ]
        ),
    ]


def created(link: NewLink) -> Component:
    """A link that was made just now; its address is shown only this once."""
    until = f"until {words.moment(link.expires_at)} UTC" if link.expires_at else "until it is taken back"
    return html.Div(
        [
            html.P(
                [icon("check", 16), f"It plays from {clock(link.start_ms)} and works {until}."], className="hw-good"
            ),
            blocks.copyable(link.address, "Copy link", code=False),
            html.P("Copy it now: for safety the address itself is not kept.", className="hw-quiet"),
        ],
        className="hw-share-created",
    )


def failed(problem: Problem) -> Component:
    """Why an action was not done; the name of a parameter that the message may begin with says nothing here."""
    name, _, text = problem.message.partition(": ")
    text = text if text and name.isidentifier() else problem.message
    return said(text[:1].upper() + text[1:], good=False)


def said(text: str, good: bool = True) -> Component:
    """What came of an action."""
    return html.P(
        [icon("check" if good else "alert", 16), text],
        className="hw-good" if good else "hw-bad",
        role="status" if good else "alert",
    )


def links(found: list[ShareLink]) -> Component | None:
    """The open links of the recording."""
    if not found:
        return None
    return html.Ul(
        [
            html.Li(
                [
                    icon("link", 14),
                    html.Span(f"From {clock(link.start_ms)}, {_until(link.expires_at)}"),
                    html.Small(f"{link.created_by} · {words.moment(link.created_at)}".lstrip(" ·")),
                    _take_back("link", link.link_id, f"Take back the link from {clock(link.start_ms)}"),
                ]
            )
            for link in found
        ],
        className="hw-share-list",
        **aria(label="Links that work"),
    )


def people(found: list[Grant]) -> Component | None:
    """Who else may see the recording."""
    if not found:
        return None
    return html.Ul(
        [
            html.Li(
                [
                    icon("users", 14),
                    html.Span(grant.email),
                    html.Small(f"since {words.moment(grant.created_at)}"),
                    _take_back("grant", grant.grant_id, f"Take back from {grant.email}"),
                ]
            )
            for grant in found
        ],
        className="hw-share-list",
        **aria(label="People who may see it"),
    )


def _until(expires_at: dt.datetime | None) -> str:
    return f"until {words.moment(expires_at)}" if expires_at else "without an end"


def _take_back(what: str, number: int, label: str) -> html.Button:
    return html.Button(
        "Take back",
        id={"share": what, "number": number},
        type="button",
        className="hw-button hw-small",
        title=label,
        **aria(label=label),
    )
