"""`/settings/you`: the signed-in user's password, and ending all sign-ins."""

from __future__ import annotations

from dash import Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard.auth import guard
from dashboard.auth.access import Access
from dashboard.errors import Problem
from dashboard.queries import own_account
from dashboard.settings.actions import button, pressed, tried
from dashboard.settings.tabs import entry, notice, settings
from dashboard.shell.blocks import card
from dashboard.shell.view import View, read_view, view_of

guard.page(__name__, needs="signed_in", path="/settings/you", name="You", title="You · Heatwake")


def layout(**query: object) -> Component:
    """What the user may change of themselves."""
    return html.Div(content(view_of(query)), id="settings-you")


def _access(view: View) -> Access | None:
    try:
        return guard.access(view.project_id)
    except Problem:
        return None


def content(view: View, said: Component | None = None) -> Component:
    """The form for another password, and sign-out everywhere."""
    user = guard.user()
    old, new = (
        dcc.Input(id=f"you-{name}", type="password", className="hw-input", autoComplete=complete)
        for name, complete in (("old", "current-password"), ("new", "new-password"))
    )
    everywhere = html.Form(
        [
            dcc.Input(type="hidden", name="everywhere", value="1"),
            html.Button("Sign out on all devices", type="submit", className="hw-button hw-danger"),
        ],
        method="POST",
        action="/auth/sign-out",
    )
    return settings(
        view, "/settings/you", _access(view), said,
        card(
            entry("Password now", old, "you-old"),
            entry("New password", new, "you-new", "Twelve characters or more; a few words do well."),
            html.Div(button("Change password", "you-change", primary=True)),
            title=user.email, note="Changing it ends every sign-in, this one too.", className="hw-narrow",
        ),
        card(html.Div(everywhere), title="Sign-ins", className="hw-narrow"),
    )  # fmt: skip


@guard.callback(
    Output("settings-you", "children"),
    Input("you-change", "n_clicks"),
    State("you-old", "value"),
    State("you-new", "value"),
    State("url", "search"),
    needs="signed_in",
    prevent_initial_call=True,
)
def act(_: int, old: str | None, new: str | None, search: str) -> Component:
    """Change the password."""
    pressed()
    view = read_view(search)

    def action() -> Component:
        own_account.change_password(old or "", new or "")
        link = html.A("Sign in with the new password", href="/sign-in", className="hw-textual")
        return notice(["The password was changed and all sign-ins have ended. ", link])

    return content(view, tried(action))
