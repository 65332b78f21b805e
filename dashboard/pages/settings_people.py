"""`/settings/people`: members of the account and guests of the project."""

from __future__ import annotations

from typing import Any, cast

from dash import ALL, Input, Output, State, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.auth import guard
from dashboard.auth.access import AccountAccess
from dashboard.queries import members, projects, sharing
from dashboard.settings.actions import pressed, tried
from dashboard.settings.people import guests_card, invite_card, members_card
from dashboard.settings.tabs import notice, settings
from dashboard.shell.answers import answered
from dashboard.shell.blocks import card, copyable, empty
from dashboard.shell.view import View, read_view, view_of
from storage.memberships import Role

guard.page(__name__, needs="read", path="/settings/people", name="People", title="People · Heatwake")


def layout(**query: object) -> Component:
    """Who sees the address' project."""
    return html.Div(content(view_of(query)), id="settings-people")


@answered
def content(view: View, said: Component | None = None) -> Component:
    """Members, the form for one more, guests; who is a guest sees none of it."""
    access = guard.access(view.project_id)
    found = projects.project(access)
    if access.role == "guest":
        alone = empty("You are a guest here", f"{found.account} lets you look at this project.", picture="users")
        return settings(view, "/settings/people", access, said, card(alone))
    account = guard.account(found.account_id)
    return settings(
        view, "/settings/people", access, said,
        members_card(account, found.account), invite_card(account), guests_card(access),
    )  # fmt: skip


def _account(view: View) -> AccountAccess:
    return guard.account(projects.project(guard.access(view.project_id)).account_id)


@guard.callback(
    Output("settings-people", "children"),
    Input("member-add", "n_clicks"),
    State("member-email", "value"),
    State("member-role", "value"),
    State("url", "search"),
    needs="read",
    prevent_initial_call=True,
)
def add(_: int, email: str | None, role: str | None, search: str) -> Component:
    """Make someone a member."""
    pressed()
    view = read_view(search)

    def action() -> Component:
        first = members.add(_account(view), email or "", cast(Role, role or "viewer"))
        if first is None:
            return notice(f"{email} is a member now.")
        words = f"{email} is a member now. Their first password, shown only now; they can change it under You:"
        return notice([html.P(words), copyable(first, "Copy password", code=False)])

    return content(view, tried(action))


@guard.callback(
    Output("settings-people", "children", allow_duplicate=True),
    Input({"member": "role", "id": ALL}, "value"),
    Input({"member": "remove", "id": ALL}, "n_clicks"),
    State({"member": "role", "id": ALL}, "id"),
    State("url", "search"),
    needs="read",
    prevent_initial_call=True,
)
def change(roles: list[str], _: list[int], ids: list[dict[str, Any]], search: str) -> Component:
    """Another role for a member, or take someone out."""
    chosen = pressed()
    view = read_view(search)
    account = _account(view)

    def action() -> Component:
        if chosen["member"] == "remove":
            members.remove(account, chosen["id"])
            return notice("They are no member any more.")
        at = [each["id"] for each in ids].index(chosen["id"])
        if {one.user_id: one.role for one in members.members(account)}.get(chosen["id"]) == roles[at]:
            raise PreventUpdate  # the field has only just been drawn
        members.change_role(account, chosen["id"], cast(Role, roles[at]))
        return notice("The role was changed.")

    return content(view, tried(action))


@guard.callback(
    Output("settings-people", "children", allow_duplicate=True),
    Input("guest-give", "n_clicks"),
    Input({"guest": "remove", "id": ALL}, "n_clicks"),
    State("guest-email", "value"),
    State("url", "search"),
    needs="admin",
    prevent_initial_call=True,
)
def guests(_give: int, _remove: list[int], email: str | None, search: str) -> Component:
    """Let a user of another account see the project, or end that."""
    chosen = pressed()
    view = read_view(search)
    access = guard.access(view.project_id, "admin")

    def action() -> Component:
        if chosen == "guest-give":
            sharing.give(access, email or "")
            return notice(f"{email} sees this project now, under Shared with me.")
        sharing.take_back(access, chosen["id"])
        return notice("Access was taken back.")

    return content(view, tried(action))
