"""`/settings/new-project`: a new project in one of the user's accounts, with its first site."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard.auth import guard
from dashboard.queries import projects
from dashboard.settings.actions import button, pressed, tried
from dashboard.settings.tabs import entry
from dashboard.shell.blocks import card, empty, header, page

guard.page(
    __name__, needs="signed_in", path="/settings/new-project", name="New project", title="New project · Heatwake"
)


def layout(**_: object) -> Component:
    """The form; who is no admin of any account is told so."""
    guard.user()
    accounts = [(number, name) for number, name, role in projects.my_accounts() if role in ("owner", "admin")]
    head = header("New project", "What is looked at together: a site, or several that belong to one product.")
    if not accounts:
        alone = empty("For admins", "An owner or admin of an account can make projects in it.", picture="shield")
        return page(head, card(alone))
    choices = [{"value": str(number), "label": name} for number, name in accounts]
    account = dmc.Select(id="new-account", data=choices, value=choices[0]["value"], allowDeselect=False)
    name = dcc.Input(id="new-name", className="hw-input", placeholder="Storefront", maxLength=200)
    origin = dcc.Input(id="new-origin", className="hw-input", placeholder="https://shop.example", maxLength=300)
    return page(
        head,
        card(
            html.Div(id="new-said"),
            entry("Account", account, "new-account"),
            entry("Name", name, "new-name"),
            entry("Address of the site", origin, "new-origin", "Pages of it may send events; more can be added later."),
            html.Div(button("Create project", "new-create", primary=True)),
            className="hw-narrow",
        ),
    )


@guard.callback(
    Output("new-said", "children"),
    Input("new-create", "n_clicks"),
    State("new-account", "value"),
    State("new-name", "value"),
    State("new-origin", "value"),
    needs="signed_in",
    prevent_initial_call=True,
)
def create(_: int, account: str, name: str | None, origin: str | None) -> Component:
    """Make the project and go to it: a page that is loaded anew, since the switcher has to learn of it."""
    pressed()

    def action() -> Component:
        wanted = guard.account(int(account) if account.isdecimal() else 0, "admin")
        made = projects.create_project(wanted, name or "", [origin] if origin else [])
        return dcc.Location(id="new-made", href=f"/?p={made}", refresh=True)

    return tried(action)
