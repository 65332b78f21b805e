"""`/settings/sharing`: what of the project was shared, a recording at a time, and taking it back."""

from __future__ import annotations

import uuid

from dash import ALL, Input, Output, State, html
from dash.development.base_component import Component

from dashboard.auth import guard
from dashboard.queries import sharing
from dashboard.settings.actions import pressed, tried
from dashboard.settings.given_away import grants_card, links_card
from dashboard.settings.tabs import notice, settings
from dashboard.shell.answers import answered
from dashboard.shell.blocks import card, empty
from dashboard.shell.view import View, read_view, view_of

guard.page(__name__, needs="read", path="/settings/sharing", name="Sharing", title="Sharing · Heatwake")


def layout(**query: object) -> Component:
    """What was shared of the address' project."""
    return html.Div(content(view_of(query)), id="settings-sharing")


@answered
def content(view: View, said: Component | None = None) -> Component:
    """Links, and recordings given to users; for those who may share."""
    access = guard.access(view.project_id)
    if not access.allows("write"):
        alone = empty("For members", "Who may share recordings sees here what was shared.", picture="shield")
        return settings(view, "/settings/sharing", access, card(alone))
    return settings(view, "/settings/sharing", access, said, links_card(access, view), grants_card(access, view))


@guard.callback(
    Output("settings-sharing", "children"),
    Input({"link": ALL, "id": ALL}, "n_clicks"),
    Input({"grant": ALL, "id": ALL}, "n_clicks"),
    State("url", "search"),
    needs="write",
    prevent_initial_call=True,
)
def act(_links: list[int], _grants: list[int], search: str) -> Component:
    """Close a link, or take a recording back from a user."""
    chosen = pressed()
    view = read_view(search)
    access = guard.access(view.project_id, "write")

    def action() -> Component:
        if "link" in chosen:
            sharing.take_back_link(access, uuid.UUID(chosen["link"]), chosen["id"])
            return notice("The link opens nothing any more.")
        sharing.take_back(access, chosen["id"], uuid.UUID(chosen["grant"]))
        return notice("Access to the recording was taken back.")

    return content(view, tried(action))
