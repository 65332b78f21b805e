"""API keys: a form for a new one, shown once, and those that there are."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.auth.access import Access
from dashboard.queries import keys
from dashboard.settings.actions import button
from dashboard.settings.tabs import entry, notice
from dashboard.shell import words
from dashboard.shell.blocks import badge, card, copyable, empty, table

SCOPES = [{"value": "read", "label": "Read"}, {"value": "write", "label": "Read and write"}]


def new_card() -> Component:
    """The form for a new key."""
    name = dcc.Input(id="key-name", className="hw-input", placeholder="Nightly export", maxLength=200)
    scope = dmc.Select(id="key-scope", data=SCOPES, value="read", allowDeselect=False)
    return card(
        html.Div(
            [entry("What it is for", name, "key-name"), entry("It may", scope, "key-scope"),
             button("Create key", "key-create", primary=True)],
            className="hw-form-row",
        ),
        title="New key", note="for programs, one project each",
    )  # fmt: skip


def shown_once(key: str) -> Component:
    """The new key, the only time that it is seen."""
    return notice(
        [html.P("Here is the key. It is shown only now; keep it like a password."), copyable(key, "Copy key")]
    )


def list_card(access: Access) -> Component:
    """The keys by their first characters."""
    found = keys.keys(access)
    if not found:
        return card(empty("No keys yet", "A program that reads or changes this project needs one.", picture="key"))
    return card(
        table(
            ["Key", "For", "May", "Made", ("", "right")],
            [
                [
                    html.Code(f"{key.prefix}…"),
                    key.name,
                    " and ".join(key.scopes),
                    words.day(key.created_at),
                    button("Revoke", {"key": "revoke", "id": key.key_id}, confirm="Revoke for good?")
                    if key.revoked_at is None
                    else badge("Revoked"),
                ]
                for key in found
            ],
            "API keys",
        ),
        title="Keys",
        flush=True,
    )
