"""`/s/<token>`: the recording that a share link shows, and nothing else; no sign-in."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.auth import guard
from dashboard.queries.recordings import UnknownRecording, recording
from dashboard.recordings import listing, player
from dashboard.recordings.timeline import read_clock
from dashboard.shell import answers, blocks, words
from dashboard.shell.aria import aria

guard.page(__name__, needs="link", path_template="/s/<token>", title="Shared recording · Heatwake", name="Share link")


def layout(token: str = "", t: str = "", **query: str) -> Component:
    """The player; `t` in the address begins elsewhere than the link says."""
    access, start_ms = guard.shared(token)
    assert access.session_id is not None
    head = html.Div([html.Span(className="hw-mark", **aria(hidden="true")), "Heatwake"], className="hw-shared-head")
    try:
        found = recording(access, access.session_id)
    except UnknownRecording:
        return blocks.page(
            head,
            answers.answer(
                "The recording is no longer there",
                "The link is good, but what it showed was deleted or its time to be kept has run out.",
                picture="recording",
            ),
        )
    row = found.session
    elsewhere = read_clock(t) if t else None
    return html.Div(
        blocks.page(
            head,
            blocks.header(
                "A recording was shared with you",
                f"{listing.who(row)} · {words.moment(row.started_at)} UTC · {words.duration(row.duration_ms)}",
            ),
            player.player(
                access,
                found,
                events_url=f"/s/{token}/pieces",
                assets_url=f"/s/{token}/assets/",
                start_ms=start_ms if elsewhere is None else elsewhere,
                view=None,
            ),
            wide=True,
        ),
        className="hw-shared-page",
    )
