"""`/recording-file`: plays a recording that was exported as a file; the file stays in the viewer's browser."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.auth import guard
from dashboard.shell import blocks
from heatwake_components import RecordingFile

guard.page(
    __name__,
    needs="signed_in",
    path="/recording-file",
    title="Recording from a file · Heatwake",
    name="Recording from a file",
)


def layout(**query: str) -> Component:
    """The file's choice and, once there is one, its player."""
    return blocks.page(
        blocks.header(
            "Recording from a file",
            "Only the recording is read from the file, never its scripts, and nothing of it is sent anywhere.",
        ),
        RecordingFile(id="recording-file"),
        wide=True,
    )
