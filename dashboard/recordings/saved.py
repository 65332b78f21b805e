"""Above the list: saved segments, which are conditions by name, and playlists, which are recordings in an order."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, urlencode

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import in_place
from dashboard.queries.playlists import playlists
from dashboard.queries.saved_segments import saved_segments
from dashboard.recordings.asked import OWN, Asked, playlist_of
from dashboard.recordings.listing import PATH
from dashboard.shell.aria import aria
from dashboard.shell.icons import icon
from dashboard.shell.menus import menu
from dashboard.shell.view import SEGMENT, View

_KEPT: Final = ("device", *SEGMENT, *OWN, "sort")


def conditions_of(search: str | None) -> str:
    """The conditions of an address' query as a segment keeps them; empty: it has none."""
    try:
        pairs = parse_qsl((search or "").lstrip("?"), max_num_fields=200)
    except ValueError:
        return ""
    return urlencode(sorted((name, value) for name, value in pairs if name in _KEPT and value))


def segment_of(view: View) -> int | None:
    """The segment that the address was made from."""
    text = view.own.get("segment", "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 19 else None


def _href(view: View, query: str, segment: int) -> str:
    """The period's list with exactly these conditions."""
    gone: dict[str, object] = dict.fromkeys(_KEPT)
    changes: dict[str, object] = {}
    for name, value in parse_qsl(query):
        there = changes.get(name)
        changes[name] = [*there, value] if isinstance(there, list) else [value]
    shown = {"cols": view.own["cols"]} if "cols" in view.own else {}
    return view.link(PATH, **{**gone, **shown, **changes, "segment": segment})


def saved(asked: Asked, search: str | None) -> Component:
    """Links to what is saved, and the forms to save more."""
    view, writes = asked.view, asked.access.allows("write")
    chosen, playlist, now = segment_of(view), playlist_of(view), conditions_of(search)
    segments = saved_segments(asked.access)
    lists = playlists(asked.access)
    links: list[Component] = [
        in_place.link(
            [icon("filter", 14), each.name],
            _href(view, each.query, each.segment_id),
            "hw-saved hw-current" if each.segment_id == chosen and each.query == now else "hw-saved",
        )
        for each in segments
    ]
    links += [
        in_place.link(
            [icon("rows", 14), each.name, html.Span(str(each.recordings), className="hw-numbers hw-quiet")],
            in_place.here(view, PATH, playlist=each.playlist_id, cursor=None, segment=None),
            "hw-saved hw-current" if each.playlist_id == playlist else "hw-saved",
        )
        for each in lists
    ]
    if playlist is not None:
        links.insert(
            0,
            in_place.link(
                [icon("recording", 14), "All sessions"],
                in_place.here(view, PATH, playlist=None, cursor=None),
                "hw-saved",
            ),
        )
    names = {each.segment_id: each.name for each in segments}
    forms: list[Component] = []
    if writes and playlist is None:
        forms.append(_segment_form(names.get(chosen or -1, "")))
    if writes and playlist is not None and any(each.playlist_id == playlist for each in lists):
        forms.append(
            html.Button(
                [icon("trash", 14), "Delete playlist"],
                id={"recordings-saved": "delete-playlist"},
                type="button",
                className="hw-button hw-small",
                title="The playlist goes, its recordings stay",
            )
        )
    return html.Nav([*links, *forms], className="hw-saved-list", **aria(label="Saved segments and playlists"))


def _segment_form(name: str) -> Component:
    """Saves the conditions of now; with a segment chosen it is changed or deleted."""
    field = dcc.Input(
        id={"recordings-saved-name": "segment"},
        type="text",
        value=name,
        placeholder="Name",
        maxLength=200,
        autoComplete="off",
    )
    buttons = [
        html.Button("Save", id={"recordings-saved": "save"}, type="button", className="hw-button hw-small hw-primary"),
        html.Button(
            "Delete",
            id={"recordings-saved": "delete"},
            type="button",
            className="hw-button hw-small",
            hidden=not name,
        ),
    ]
    return menu(
        [icon("plus", 14), "Save segment"],
        [
            html.Label([html.Span("These conditions, as", className="hw-field-label"), field], className="hw-field"),
            html.Div(buttons, className="hw-row"),
        ],
        "Save segment",
        "hw-control hw-small-control hw-save-segment",
        "right",
        id="recordings-save-segment",
    )
