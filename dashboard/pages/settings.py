"""`/settings`: the project's name, its sites and their snippets."""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, State, html
from dash.development.base_component import Component

from dashboard.auth import guard
from dashboard.queries import projects, site_rules
from dashboard.settings.actions import pressed, tried
from dashboard.settings.project import name_card, sites_card
from dashboard.settings.rules import rules_of
from dashboard.settings.tabs import notice, settings
from dashboard.shell.answers import answered
from dashboard.shell.view import View, read_view, view_of

guard.page(__name__, needs="read", path="/settings", name="Settings", title="Settings · Heatwake")


def layout(**query: object) -> Component:
    """The settings of the address' project."""
    return html.Div(content(view_of(query)), id="settings-project")


@answered
def content(view: View, said: Component | None = None) -> Component:
    """Name, sites and snippets."""
    access = guard.access(view.project_id)
    return settings(view, "/settings", access, said, name_card(access), sites_card(access))


@guard.callback(
    Output("settings-project", "children"),
    Input("project-rename", "n_clicks"),
    Input("site-add", "n_clicks"),
    Input({"site": "save", "id": ALL}, "n_clicks"),
    State("project-name", "value"),
    State({"site": "origins", "id": ALL}, "value"),
    State({"site": "enabled", "id": ALL}, "checked"),
    State({"site": "record", "id": ALL}, "checked"),
    State({"site": "sample", "id": ALL}, "value"),
    State({"site": "bots", "id": ALL}, "checked"),
    State({"site": "dnt", "id": ALL}, "checked"),
    State({"site": "per_second", "id": ALL}, "value"),
    State({"site": "per_client", "id": ALL}, "value"),
    State({"site": "consent", "id": ALL}, "value"),
    State({"site": "privacy", "id": ALL}, "value"),
    State({"site": "save", "id": ALL}, "id"),
    State("url", "search"),
    needs="admin",
    prevent_initial_call=True,
)
def act(
    _rename: int,
    _add: int,
    _save: list[int],
    name: str | None,
    origins: list[list[str]],
    enabled: list[bool],
    record: list[bool],
    share: list[Any],
    bots: list[bool],
    dnt: list[bool],
    per_second: list[Any],
    per_client: list[Any],
    consent: list[Any],
    privacy: list[Any],
    ids: list[dict[str, Any]],
    search: str,
) -> Component:
    """Rename the project, add a site, or change one."""
    chosen = pressed()
    view = read_view(search)
    access = guard.access(view.project_id, "admin")

    def action() -> Component:
        if chosen == "project-rename":
            projects.rename(access, name or "")
            return notice("The project has its new name; the switcher shows it with the next page that is loaded.")
        if chosen == "site-add":
            made = projects.add_site(access, [])
            return notice(
                f"Site {made.site_key} was added. Until you name origins, pages of any origin may send to it."
            )
        at = [each["id"] for each in ids].index(chosen["id"])
        site_rules.change_rules(
            access,
            chosen["id"],
            rules_of(share[at], bots[at], dnt[at], per_second[at], per_client[at], consent[at], privacy[at]),
        )
        projects.change_site(access, chosen["id"], origins[at] or [], bool(enabled[at]), bool(record[at]))
        return notice("The site was saved. Collectors know within half a minute.")

    return content(view, tried(action))
