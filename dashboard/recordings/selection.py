"""What can be done with the sessions that were chosen in the list: tags, a playlist, watched or not, deletion."""

from __future__ import annotations

import uuid
from typing import Any, Final

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.queries.playlists import playlists
from dashboard.queries.recording_marks import tags
from dashboard.recordings.asked import Asked
from dashboard.shell.aria import aria
from dashboard.shell.icons import IconName, icon
from dashboard.shell.menus import menu

MOST: Final = 500  # sessions at a time


def act(name: str) -> dict[str, str]:
    """The id of a button that does something with what was chosen."""
    return {"recordings-act": name}


def chosen(rows: list[dict[str, Any]] | None) -> list[uuid.UUID]:
    """The ids of the rows that the grid says were chosen. Raises ValueError for what is no id, or for too many."""
    ids = [uuid.UUID(str(row.get("id"))) for row in rows or []]
    if len(ids) > MOST:
        raise ValueError(f"At most {MOST} sessions at a time.")
    return ids


def bar(asked: Asked) -> Component:
    """The bar; it shows as soon as a session is chosen."""
    access = asked.access
    parts: list[Component] = [html.Strong(id="recordings-chosen", className="hw-numbers", **aria(live="polite"))]
    if access.allows("write"):
        parts += [
            _named("Tag", "tag", [("Add tag", "tag"), ("Take tag off", "untag")], [name for name, _ in tags(access)]),
            _named("Playlist", "playlist", [("Add to playlist", "add")], [each.name for each in playlists(access)]),
        ]
        if asked.playlist is not None:
            parts += [
                _button("arrow-up", "Move up", "up"),
                _button("arrow-down", "Move down", "down"),
                _button("close", "Take out", "take-out"),
            ]
    parts += [_button("eye", "Mark watched", "watched"), _button("circle-slash", "Not watched", "unwatched")]
    if access.allows("write"):
        parts.append(_button("trash", "Delete", "delete"))
    return html.Div(
        parts,
        id="recordings-bar",
        className="hw-chosen-bar",
        hidden=True,
        role="toolbar",
        **aria(label="Chosen sessions"),
    )


def _button(picture: IconName, said: str, name: str) -> html.Button:
    inside = [icon(picture, 14), html.Span(said, className="hw-control-word")]
    return html.Button(inside, id=act(name), type="button", className="hw-button hw-small", title=said)


def _named(said: str, name: str, acts: list[tuple[str, str]], known: list[str]) -> Component:
    """A menu with a field for a name and what is done with it."""
    field = dcc.Input(
        id={"recordings-name": name},
        type="text",
        list=f"recordings-known-{name}",
        placeholder="Name",
        maxLength=200,
        autoComplete="off",
    )
    buttons = [
        html.Button(words, id=act(way), type="button", className="hw-button hw-small" + ("" if at else " hw-primary"))
        for at, (words, way) in enumerate(acts)
    ]
    return menu(
        [icon("flag" if name == "tag" else "rows", 14), said],
        [
            html.Label([html.Span(said, className="hw-field-label"), field], className="hw-field"),
            html.Datalist([html.Option(value=each) for each in known[:100]], id=f"recordings-known-{name}"),
            html.Div(buttons, className="hw-row"),
        ],
        said,
        "hw-control hw-small-control hw-chosen-menu",
    )


def dialog() -> Component:
    """Asks before anything is deleted."""
    buttons = [
        html.Button("Keep them", id="recordings-keep", className="hw-button", type="button"),
        html.Button("Delete for good", id="recordings-delete", className="hw-button hw-danger", type="button"),
    ]
    return dmc.Modal(
        [
            html.P(id="recordings-delete-what"),
            html.P(
                "They go everywhere: recordings, page views, their part of heatmaps and funnels. Links to them open"
                " nothing any more. This can't be undone."
            ),
            html.Div(buttons, className="hw-dialog-actions"),
        ],
        id="recordings-delete-dialog",
        title="Delete these sessions?",
    )
