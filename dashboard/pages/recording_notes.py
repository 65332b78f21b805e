"""Writing, changing and taking away notes on `/recordings/<session_id>`."""

from __future__ import annotations

import uuid
from typing import Any

from dash import ALL, Input, Output, State, ctx, no_update

from dashboard.auth import guard
from dashboard.auth.access import Access
from dashboard.errors import Problem
from dashboard.queries import recording_notes as queries
from dashboard.queries.recordings import UnknownRecording
from dashboard.recordings import notes as parts
from dashboard.recordings import sharing as share_parts
from dashboard.shell.view import read_view


@guard.callback(
    Output("notes-list", "children"),
    Output("player", "notes"),
    Output("note-text", "value"),
    Output("note-said", "children"),
    Input("note-add", "n_clicks"),
    Input({"note": "save", "number": ALL}, "n_clicks"),
    Input({"note": "delete", "number": ALL}, "n_clicks"),
    State("note-text", "value"),
    State("note-tag", "value"),
    State("player", "positionMs"),
    State({"note": "text", "number": ALL}, "value"),
    State({"note": "tag", "number": ALL}, "value"),
    State({"note": "save", "number": ALL}, "id"),
    State("url", "search"),
    State("url", "pathname"),
    needs="write",
    prevent_initial_call=True,
)
def written(
    adds: int | None,
    saves: list[int | None],
    deletes: list[int | None],
    text: str | None,
    tag: str | None,
    at_ms: int | None,
    texts: list[str | None],
    tags: list[str | None],
    ids: list[dict[str, Any]],
    search: str,
    pathname: str,
) -> tuple[Any, Any, Any, Any]:
    """A new note on the moment that the player shows, other words for one, or one less."""
    asked = ctx.triggered_id
    if not any(each.get("value") for each in ctx.triggered):
        return no_update, no_update, no_update, no_update
    try:
        session = uuid.UUID(pathname.rsplit("/", 1)[-1])
        access = guard.recording(read_view(search).project_id, session, "write")
        if asked == "note-add":
            queries.add_note(access, session, int(at_ms or 0), text or "", tag or "")
        elif isinstance(asked, dict) and asked["note"] == "delete":
            queries.delete_note(access, session, int(asked["number"]))
        elif isinstance(asked, dict):
            at = [each["number"] for each in ids].index(asked["number"])
            queries.change_note(access, session, int(asked["number"]), texts[at] or "", tags[at] or "")
        listed, marked = _now(access, session)
    except Problem as problem:
        return no_update, no_update, no_update, share_parts.failed(problem)
    except (UnknownRecording, ValueError):
        return no_update, no_update, no_update, share_parts.said("This recording is no longer there.", good=False)
    return listed, marked, "" if asked == "note-add" else no_update, None


def _now(access: Access, session: uuid.UUID) -> tuple[Any, Any]:
    found = queries.notes(access, session)
    return parts.listed(found), parts.for_player(found)
