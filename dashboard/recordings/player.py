"""The player with its panel: for those who see the project, and for those to whom one recording was shared."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.auth.access import Access
from dashboard.queries.moments import moments
from dashboard.queries.recording_notes import notes
from dashboard.queries.recordings import Recording
from dashboard.recordings import about
from dashboard.recordings import notes as note_parts
from dashboard.recordings.timeline import chapters, clock, marks, timeline
from dashboard.shell import blocks
from dashboard.shell.view import View
from heatwake_components import Player

__all__ = ["clock", "player"]


def player(
    access: Access, recording: Recording, *, events_url: str, assets_url: str, start_ms: int, view: View | None
) -> Component:
    """Player and panel. `view`: for links to other pages of the project; None where only the recording is open."""
    happened = moments(access, recording.session.id)
    # Notes are for those who see the project, not for those to whom its recording was shown.
    written = notes(access, recording.session.id) if access.allows("read") else None
    return html.Div(
        [
            html.Div(
                [
                    Player(
                        id="player",
                        eventsUrl=events_url,
                        assetsUrl=assets_url,
                        startMs=start_ms,
                        chapters=chapters(recording),
                        marks=marks(recording, happened),
                        notes=note_parts.for_player(written or []),
                    ),
                    html.Div(
                        [
                            blocks.card(about.facts(recording), title="Session"),
                            blocks.card(about.receipt(recording), title="Recording"),
                        ],
                        className="hw-columns",
                    ),
                ],
                className="hw-player-room hw-stack",
            ),
            html.Aside(
                [
                    blocks.card(timeline(view, recording, happened), title="What happened", className="hw-happened"),
                    note_parts.card(written, access.allows("write")) if written is not None else None,
                ],
                className="hw-side",
            ),
        ],
        className="hw-with-side",
    )
