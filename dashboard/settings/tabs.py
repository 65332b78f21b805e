"""The frame of all settings pages: header, tabs, and a place for what an action has to say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.auth.access import Access
from dashboard.shell.aria import aria
from dashboard.shell.blocks import Child, Tone, header, page
from dashboard.shell.icons import icon
from dashboard.shell.view import View

TABS: Final = (
    ("/settings", "Project", False),
    ("/settings/data", "Data", True),
    ("/settings/keys", "API keys", True),
    ("/settings/people", "People", False),
    ("/settings/sharing", "Sharing", False),
    ("/settings/you", "You", False),
)


def settings(view: View, path: str, access: Access | None, *cards: Child) -> Component:
    """A settings page; tabs that need the role admin show only to admins."""
    admin = access is not None and access.allows("admin")
    links = [
        dcc.Link(name, href=view.link(to), className="hw-tab hw-current" if to == path else "hw-tab")
        for to, name, admins in TABS
        if admin or not admins
    ]
    return page(
        header("Settings", "The project, who may see it, and what has been given away."),
        html.Nav(links, className="hw-tabs", **aria(label="Settings")),
        *cards,
    )


def notice(text: Child | Sequence[Child], tone: Tone = "good") -> Component:
    """What an action has done, or why it has not; read out as it appears."""
    picture = icon("check" if tone == "good" else "alert", 16)
    return html.Div([picture, html.Div(text)], className=f"hw-notice hw-{tone}", role="status")


def entry(label: str, control: Component, control_id: str, note: str = "") -> Component:
    """A labelled field."""
    about = html.Span(note, className="hw-entry-note") if note else None
    return html.Div([html.Label(label, htmlFor=control_id), control, about], className="hw-entry")
