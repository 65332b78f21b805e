"""`/settings/keys`: API keys of the project, made and revoked."""

from __future__ import annotations

from typing import cast

from dash import ALL, Input, Output, State, html
from dash.development.base_component import Component

from dashboard.auth import guard
from dashboard.queries import keys
from dashboard.settings.actions import pressed, tried
from dashboard.settings.keys import list_card, new_card, shown_once
from dashboard.settings.tabs import notice, settings
from dashboard.shell.answers import answered
from dashboard.shell.view import View, read_view, view_of
from storage.api_keys import Scope

guard.page(__name__, needs="admin", path="/settings/keys", name="API keys", title="API keys · Heatwake")


def layout(**query: object) -> Component:
    """The keys of the address' project."""
    return html.Div(content(view_of(query)), id="settings-keys")


@answered
def content(view: View, said: Component | None = None) -> Component:
    """The form and the list."""
    access = guard.access(view.project_id, "admin")
    return settings(view, "/settings/keys", access, said, new_card(), list_card(access))


@guard.callback(
    Output("settings-keys", "children"),
    Input("key-create", "n_clicks"),
    Input({"key": "revoke", "id": ALL}, "n_clicks"),
    State("key-name", "value"),
    State("key-scope", "value"),
    State("url", "search"),
    needs="admin",
    prevent_initial_call=True,
)
def act(_create: int, _revoke: list[int], name: str | None, scope: str, search: str) -> Component:
    """Make a key, or revoke one."""
    chosen = pressed()
    view = read_view(search)
    access = guard.access(view.project_id, "admin")

    def action() -> Component:
        if chosen == "key-create":
            _, key = keys.create(access, name or "", [cast(Scope, scope)])
            return shown_once(key)
        keys.revoke(access, chosen["id"])
        return notice("The key was revoked; programs that use it are turned away from now on.")

    return content(view, tried(action))
