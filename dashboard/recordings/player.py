"""The player with its panel: for those who see the project, and for those to whom one recording was shared."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.auth.access import Access
from dashboard.queries.moments import moments
from dashboard.queries.recordings import Recording
from dashboard.recordings import about
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
                blocks.card(timeline(view, recording, happened), title="What happened", className="hw-happened"),
                className="hw-side",
            ),
        ],
        className="hw-with-side",
    )
