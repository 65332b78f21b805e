"""`/shared`: what users of other accounts shared with the signed-in user."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.auth import guard
from dashboard.queries.sharing import shared_with_me
from dashboard.shell import blocks, words
from dashboard.shell.aria import aria
from dashboard.shell.icons import icon
from storage.grants import SharedWith

guard.page(__name__, needs="signed_in", path="/shared", title="Shared with me · Heatwake", name="Shared with me")


def layout(**query: str) -> Component:
    """The list, newest first."""
    found = shared_with_me()
    head = blocks.header("Shared with me", "Recordings and projects of other accounts that you were given to see.")
    if not found:
        return blocks.page(
            head,
            blocks.card(
                blocks.empty(
                    "Nothing was shared with you yet",
                    "Someone of another account can share a recording with the e-mail address that you sign in with.",
                    picture="share",
                )
            ),
        )
    rows = [html.Li(_row(each)) for each in found]
    return blocks.page(
        head, blocks.card(html.Ol(rows, className="hw-sessions hw-shares", **aria(label="Shared with me")), flush=True)
    )


def _row(shared: SharedWith) -> Component:
    whole = shared.session_id is None
    href = f"/?p={shared.project_id}" if whole else f"/recordings/{shared.session_id}?p={shared.project_id}"
    return dcc.Link(
        [
            html.Span(icon("users" if whole else "play", 16), className="hw-session-play"),
            html.Span(
                [
                    html.Strong(f"Project {shared.project}" if whole else f"A recording of {shared.project}"),
                    html.Small(f"{shared.account} · from {shared.granted_by}" if shared.granted_by else shared.account),
                ],
                className="hw-session-who",
            ),
            html.Small(words.moment(shared.created_at), className="hw-quiet hw-numbers"),
        ],
        href=href,
        className="hw-session hw-share",
    )
