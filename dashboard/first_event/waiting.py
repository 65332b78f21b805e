"""What an empty project shows: the snippet, the guides, and a live line on what has come so far."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.first_event.guides import GUIDES, Guide, filled
from dashboard.queries.installation import Installation
from dashboard.services import current
from dashboard.shell.aria import aria
from dashboard.shell.blocks import badge, card, copyable, header, page
from dashboard.shell.view import View
from heatwake.site_snippet import site_snippet


def waiting(found: Installation, view: View) -> Component:
    """The page of a project to which nothing has come yet."""
    if not found.sites:
        return page(
            header("Put Heatwake on your site"),
            card(
                html.P(["This project has no site yet. ", dcc.Link("Add one in Settings", href=view.link("/settings"))])
            ),
        )
    site = found.sites[0]
    snippet = site_snippet(current().settings, site.site_key)
    src = f"{current().settings.public_url}/h/{site.site_key}.js"
    allowed = ", ".join(site.origins) if site.origins else "any origin"
    return page(
        header(
            "Put Heatwake on your site",
            "Two lines in the <head>. The tracker loads late, weighs little and masks what people type.",
        ),
        card(
            copyable(snippet, "Copy snippet"),
            html.P(
                [
                    "Pages of ",
                    html.Strong(allowed),
                    " may send. ",
                    dcc.Link("Change that", href=view.link("/settings")),
                ],
                className="hw-quiet hw-snippet-note",
            ),
            title="Your snippet",
        ),
        status(found),
        card(_guides(snippet, src), title="Guides"),
    )


def status(found: Installation) -> Component:
    """What has come so far: nothing, or what was turned away and why."""
    refused = [
        html.Li([badge(f"{requests:,}", "warn"), html.Span(meaning or reason), html.Code(reason)])
        for reason, meaning, requests in found.turned_away
    ]
    return html.Section(
        [
            html.Span(className="hw-pulse", **aria(hidden="true")),
            html.Div(
                [
                    html.Strong("Waiting for the first event"),
                    html.P("Open your site in another tab. This page goes on by itself as soon as something comes."),
                    html.Div(
                        [html.P("Something did come in the last 24 hours, but was turned away:"), html.Ul(refused)],
                        className="hw-turned-away",
                    )
                    if refused
                    else None,
                ]
            ),
        ],
        className="hw-card hw-waiting",
        role="status",
    )


def _guides(snippet: str, src: str) -> Component:
    def panel(guide: Guide) -> Component:
        return dmc.TabsPanel(
            [html.Ol([html.Li(step) for step in guide.steps]), copyable(filled(guide, snippet, src), "Copy")],
            value=guide.name,
            className="hw-guide",
        )

    tabs: list[Any] = [dmc.TabsTab(guide.name, value=guide.name) for guide in GUIDES]
    return dmc.Tabs(
        [dmc.TabsList(tabs, className="hw-guide-names"), *[panel(guide) for guide in GUIDES]],
        value=GUIDES[0].name,
        id="guides",
        keepMounted=False,
    )
