"""Everything of the project that was shared a recording at a time: links, and grants to users."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.auth.access import Access
from dashboard.queries import sharing
from dashboard.settings.actions import button
from dashboard.shell import words
from dashboard.shell.blocks import Child, card, empty, table
from dashboard.shell.view import View


def links_card(access: Access, view: View) -> Component:
    """Open share links of all recordings."""
    found = sharing.project_links(access)
    if not found:
        text = "A recording's Share button makes a link that shows it to whoever has it."
        return card(empty("No share links", text, picture="link"), title="Share links")
    rows: list[list[Child]] = [
        [
            dcc.Link(
                html.Code(str(link.session_id)[:8]), href=view.link(f"/recordings/{link.session_id}"), title="Recording"
            ),
            words.duration(link.start_ms) if link.start_ms else "the beginning",
            link.created_by,
            words.day(link.created_at),
            words.day(link.expires_at) if link.expires_at else "until taken back",
            button("Take back", {"link": str(link.session_id), "id": link.link_id}, confirm="Close this link?"),
        ]
        for link in found
    ]
    return card(
        table(["Recording", "Starts at", "Made by", "Made", "Opens", ("", "right")], rows, "Open share links"),
        title="Share links", note="whoever has one sees the recording", flush=True,
    )  # fmt: skip


def grants_card(access: Access, view: View) -> Component:
    """Recordings that were granted to users of other accounts."""
    found = sharing.recording_grants(access)
    if not found:
        text = "A recording can also be given to one user by address; it shows here, and can be taken back."
        return card(empty("No recording was given to anyone", text, picture="users"), title="Given to users")
    rows: list[list[Child]] = [
        [
            dcc.Link(
                html.Code(str(one.session_id)[:8]), href=view.link(f"/recordings/{one.session_id}"), title="Recording"
            ),
            one.email,
            one.granted_by,
            words.day(one.created_at),
            button("Take back", {"grant": str(one.session_id), "id": one.grant_id}, confirm="Take access back?"),
        ]
        for one in found
    ]
    return card(
        table(["Recording", "Given to", "Given by", "Since", ("", "right")], rows, "Recordings given to users"),
        title="Given to users", flush=True,
    )  # fmt: skip
