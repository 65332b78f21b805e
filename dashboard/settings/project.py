"""The project's own settings: its name, and its sites with their snippets."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.auth.access import Access
from dashboard.queries import projects
from dashboard.settings.actions import button
from dashboard.settings.rules import rule_choices, rule_numbers, rule_switches
from dashboard.settings.tabs import entry
from dashboard.shell.blocks import badge, card, copyable
from storage.sites import SiteRow


def name_card(access: Access) -> Component:
    """The project's name and number."""
    found = projects.project(access)
    admin = access.allows("admin")
    field = dcc.Input(id="project-name", value=found.name, className="hw-input", maxLength=200, disabled=not admin)
    return card(
        entry("Name", field, "project-name", f"Account {found.account} · project {found.project_id} in the API"),
        html.Div(button("Save name", "project-rename"), className="hw-form-foot") if admin else None,
        title="Project",
    )


def sites_card(access: Access) -> Component:
    """Each site with its snippet, the origins that may send, and whether it is on."""
    admin = access.allows("admin")
    each: list[Component | None] = [_site(site, admin) for site in projects.sites(access)]
    add = html.Div(button("Add a site", "site-add"), className="hw-form-foot") if admin else None
    return card(*each, add, title="Sites and snippets", note="one for each place that the snippet runs")


def _site(site: SiteRow, admin: bool) -> Component:
    state = badge("On", "good") if site.enabled else badge("Switched off", "warn")
    known: dict[str, Any] = {"id": site.site_id}
    change: Component | None = None
    if admin:
        change = html.Div(
            [
                dmc.TagsInput(
                    id=known | {"site": "origins"}, value=site.origins, label="Origins that may send",
                    placeholder="https://shop.example", splitChars=[",", " "],
                    description="None: pages of any origin. https://*.shop.example: every host below.",
                ),
                rule_choices(site.rules, known),
                rule_numbers(site.rules, known),
                html.Div(
                    [
                        dmc.Switch(id=known | {"site": "enabled"}, checked=site.enabled, label="Takes events"),
                        dmc.Switch(id=known | {"site": "record"}, checked=site.record, label="Records sessions"),
                        *rule_switches(site.rules, known),
                        button("Save site", known | {"site": "save"}),
                    ],
                    className="hw-switches",
                ),
            ],
            className="hw-site-change",
        )  # fmt: skip
    return html.Div(
        [
            html.Div([html.Strong(f"Site {site.site_key}"), state], className="hw-row"),
            copyable(projects.snippet(site), "Copy snippet"),
            change,
        ],
        className="hw-site",
    )
