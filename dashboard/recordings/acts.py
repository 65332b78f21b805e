"""What is done from the list of recordings: with the chosen sessions, with saved segments, with playlists."""

from __future__ import annotations

import time
import uuid
from contextlib import suppress
from typing import Any, Final

from dash import ALL, Input, Output, State, ctx, html, no_update
from dash.development.base_component import Component

from dashboard.auth import guard
from dashboard.auth.access import Access
from dashboard.errors import Problem
from dashboard.queries import deletion, playlists, recording_marks, saved_segments
from dashboard.queries.recordings import UnknownRecording
from dashboard.recordings import grid, saved, selection
from dashboard.recordings.asked import playlist_of
from dashboard.recordings.listing import counted
from dashboard.shell.view import read_view

CHANGED: Final = "recordings-changed"  # a store; another number: the rows are to be asked for anew
ADDRESS: Final = "recordings-address"  # a store; parameters that the address is to have, None: no longer

_NAMED: Final = {"tag": "tag", "untag": "tag", "add": "playlist"}  # act → the field with the name that it takes


def _said(text: str, good: bool = True) -> Component:
    return html.P(text, className="hw-good hw-pad" if good else "hw-bad hw-pad", role="status" if good else "alert")


def _now() -> int:
    return time.time_ns() // 1_000_000


@guard.callback(
    Output("recordings-said", "children"),
    Output(CHANGED, "data"),
    Input({"recordings-act": ALL}, "n_clicks"),
    State(grid.GRID, "selectedRows"),
    State({"recordings-name": ALL}, "value"),
    State({"recordings-name": ALL}, "id"),
    State("url", "search"),
    needs="read",
    prevent_initial_call=True,
)
def acted(
    clicks: list[int | None],
    rows: list[dict[str, Any]] | None,
    names: list[str | None],
    fields: list[dict[str, str]],
    search: str,
) -> tuple[Any, Any]:
    """Does what the button says with the chosen sessions; deletion has its own callback, which asks first."""
    asked = ctx.triggered_id
    if not isinstance(asked, dict) or not ctx.triggered[0]["value"] or asked["recordings-act"] == "delete":
        return no_update, no_update
    act = str(asked["recordings-act"])
    view = read_view(search)
    given = {field["recordings-name"]: value or "" for field, value in zip(fields, names, strict=True)}
    try:
        ids = selection.chosen(rows)
        access = guard.access(view.project_id, "read" if act in ("watched", "unwatched") else "write")
        said = _act(access, act, ids, given.get(_NAMED.get(act, ""), ""), playlist_of(view))
    except (Problem, ValueError) as error:
        return _said(error.message if isinstance(error, Problem) else str(error), good=False), no_update
    return _said(said), _now()


def _act(access: Access, act: str, ids: list[uuid.UUID], name: str, playlist: int | None) -> str:
    """Does it and says so."""
    number = counted(len(ids))
    match act:
        case "tag":
            return f"{number} tagged “{recording_marks.add_tag(access, name, ids)}”."
        case "untag":
            return f"“{recording_marks.remove_tag(access, name, ids)}” taken off {number}."
        case "add":
            playlists.add_to_playlist(access, name, ids)
            return f"{number} put into the playlist “{name.strip()}”."
        case "take-out":
            playlists.take_out(access, playlist or 0, ids)
            return f"{number} taken out of the playlist."
        case "up" | "down":
            playlists.move(access, playlist or 0, ids, -1 if act == "up" else 1)
            return f"{number} moved {act}."
        case "watched" | "unwatched":
            recording_marks.mark_watched(access, ids, act == "watched")
            return f"{number} marked as {'watched' if act == 'watched' else 'not watched'}."
    raise ValueError("There is no such thing to do.")


@guard.callback(
    Output("recordings-delete-dialog", "opened"),
    Output("recordings-delete-what", "children"),
    Output("recordings-said", "children", allow_duplicate=True),
    Output(CHANGED, "data", allow_duplicate=True),
    Input(selection.act("delete"), "n_clicks"),
    Input("recordings-keep", "n_clicks"),
    Input("recordings-delete", "n_clicks"),
    State(grid.GRID, "selectedRows"),
    State("url", "search"),
    needs="write",
    prevent_initial_call=True,
)
def deleted(
    opens: int | None, keeps: int | None, goes: int | None, rows: list[dict[str, Any]] | None, search: str
) -> tuple[Any, Any, Any, Any]:
    """Asks first; then the sessions are gone."""
    if not ctx.triggered[0]["value"]:
        return (no_update,) * 4
    try:
        ids = selection.chosen(rows)
    except ValueError as error:
        return False, no_update, _said(str(error), good=False), no_update
    if ctx.triggered_id == "recordings-keep" or not ids:
        return False, no_update, no_update, no_update
    if ctx.triggered_id != "recordings-delete":
        return True, f"{counted(len(ids))} chosen.", no_update, no_update
    access = guard.access(read_view(search).project_id, "write")
    for session_id in ids:
        with suppress(UnknownRecording):  # someone else was quicker
            deletion.delete_session(access, session_id)
    return False, no_update, _said(f"{counted(len(ids))} deleted for good."), _now()


@guard.callback(
    Output("recordings-said", "children", allow_duplicate=True),
    Output(ADDRESS, "data"),
    Output(CHANGED, "data", allow_duplicate=True),
    Input({"recordings-saved": ALL}, "n_clicks"),
    State({"recordings-saved-name": ALL}, "value"),
    State("url", "search"),
    needs="write",
    prevent_initial_call=True,
)
def kept(clicks: list[int | None], names: list[str | None], search: str) -> tuple[Any, Any, Any]:
    """Saves the conditions of now under a name, or forgets a segment or a playlist."""
    asked = ctx.triggered_id
    if not isinstance(asked, dict) or not ctx.triggered[0]["value"]:
        return no_update, no_update, no_update
    view = read_view(search)
    access = guard.access(view.project_id, "write")
    name = (names[0] if names else None) or ""
    try:
        match asked["recordings-saved"]:
            case "save":
                made = saved_segments.save_segment(access, name, saved.conditions_of(search))
                return _said(f"Saved as “{name.strip()}”."), {"segment": made}, _now()
            case "delete":
                saved_segments.delete_segment(access, saved.segment_of(view) or 0)
                said = _said("The segment is deleted; its conditions still stand here.")
                return said, {"segment": None}, _now()
            case "delete-playlist":
                playlists.delete_playlist(access, playlist_of(view) or 0)
                said = _said("The playlist is deleted; its recordings stay.")
                return said, {"playlist": None}, _now()
    except Problem as problem:
        return _said(problem.message, good=False), no_update, no_update
    return no_update, no_update, no_update
