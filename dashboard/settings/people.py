"""People: members of the account with their roles, and guests of other accounts who see this project."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.auth.access import Access, AccountAccess
from dashboard.queries import members, sharing
from dashboard.settings.actions import button
from dashboard.settings.tabs import entry
from dashboard.shell import words
from dashboard.shell.aria import aria
from dashboard.shell.blocks import Child, badge, card, empty, table
from storage.memberships import ROLES

MEANINGS = {
    "owner": "Everything, other owners too",
    "admin": "Projects, keys and people",
    "member": "Look, save funnels, share recordings",
    "viewer": "Look",
}


def members_card(account: AccountAccess, name: str) -> Component:
    """The account's members; admins change roles and take people out."""
    admin = account.role in ("owner", "admin")
    given = [role for role in ROLES if role != "owner" or account.role == "owner"]

    def role_of(user_id: int, role: str) -> Component:
        if not admin or role not in given:
            return badge(role.capitalize())
        choices = [{"value": one, "label": one.capitalize()} for one in given]
        known = {"member": "role", "id": user_id}
        return dmc.Select(
            id=known, data=choices, value=role, allowDeselect=False, size="xs", w=120, **aria(label="Role")
        )

    def leave(user_id: int, role: str) -> Component | str:
        own = user_id == account.user_id
        if not own and (not admin or role not in given):
            return ""
        asks = "Leave the account?" if own else "Take out?"
        return button("Leave" if own else "Take out", {"member": "remove", "id": user_id}, confirm=asks)

    rows = [
        [
            html.Span(
                [html.Span(one.name or one.email), html.Span(one.email if one.name else None, className="hw-advice")]
            ),
            role_of(one.user_id, one.role),
            words.day(one.created_at),
            leave(one.user_id, one.role),
        ]
        for one in members.members(account)
    ]
    return card(
        table(["Who", "Role", "Since", ("", "right")], rows, "Members of the account"),
        title=f"Members of {name}", note="they see all projects of the account", flush=True,
    )  # fmt: skip


def invite_card(account: AccountAccess) -> Component | None:
    """The form that makes someone a member."""
    if account.role not in ("owner", "admin"):
        return None
    given = [role for role in ROLES if role != "owner" or account.role == "owner"]
    choices = [{"value": one, "label": f"{one.capitalize()}: {MEANINGS[one].lower()}"} for one in given]
    email = dcc.Input(id="member-email", className="hw-input", placeholder="name@example.com", inputMode="email")
    role = dmc.Select(id="member-role", data=choices, value="member", allowDeselect=False)
    return card(
        html.Div(
            [entry("Email address", email, "member-email"), entry("Role", role, "member-role"),
             button("Add member", "member-add", primary=True)],
            className="hw-form-row",
        ),
        title="Add a member",
    )  # fmt: skip


def guests_card(access: Access) -> Component | None:
    """Users of other accounts who were granted the whole project; for admins."""
    if not access.allows("admin"):
        return None
    found = sharing.given(access)
    email = dcc.Input(id="guest-email", className="hw-input", placeholder="name@agency.example", inputMode="email")
    form = html.Div(
        [entry("Email address of a user", email, "guest-email"), button("Give access", "guest-give")],
        className="hw-form-row hw-inset",
    )
    rows: list[list[Child]] = [
        [one.email, one.granted_by, words.day(one.created_at),
         button("Take back", {"guest": "remove", "id": one.grant_id}, confirm="Take access back?")]
        for one in found
    ]  # fmt: skip
    listed = table(["Guest", "Given by", "Since", ("", "right")], rows, "Guests") if rows else None
    return card(
        listed or empty("No guests", "Let someone of another account look at just this project.", picture="users"),
        form,
        title="Guests", note="users of other accounts who see this project", flush=True,
    )  # fmt: skip
