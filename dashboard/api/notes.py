"""`/projects/{p}/recordings/{id}/notes`: what people wrote on moments of a recording."""

from __future__ import annotations

import uuid
from typing import Annotated

import msgspec
from msgspec import Meta

from dashboard.api.routes import route
from dashboard.auth.access import Access
from dashboard.queries import recording_notes as queries

Text = Annotated[str, Meta(min_length=1, max_length=queries.LONGEST_TEXT)]
Tag = Annotated[str, Meta(max_length=queries.LONGEST_TAG)]


class NoteBody(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """`at_ms`: the moment, ms since the recording's beginning."""

    at_ms: Annotated[int, Meta(ge=0, le=queries.MOST_MS)]
    text: Text
    tag: Tag = ""


class NoteChange(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Other words; the moment stays."""

    text: Text
    tag: Tag = ""


class NoteMade(msgspec.Struct, frozen=True):
    """The note's id."""

    id: int


class Notes(msgspec.Struct, frozen=True):
    """In the order of their moments."""

    items: list[queries.Note]


_NOTES = "/projects/{project_id}/recordings/{session_id}/notes"


@route("GET", _NOTES, needs="read", answer=Notes)
def list_notes(access: Access, session_id: uuid.UUID) -> Notes:
    """The recording's notes."""
    return Notes(queries.notes(access, session_id))


@route("POST", _NOTES, needs="write", body=NoteBody, answer=NoteMade, status=201)
def create_note(access: Access, session_id: uuid.UUID, body: NoteBody) -> NoteMade:
    """A note on a moment."""
    return NoteMade(queries.add_note(access, session_id, body.at_ms, body.text, body.tag))


@route("POST", f"{_NOTES}/{{note_id}}", needs="write", body=NoteChange, status=204)
def change_note(access: Access, session_id: uuid.UUID, note_id: int, body: NoteChange) -> None:
    """Other words for one's own note."""
    queries.change_note(access, session_id, note_id, body.text, body.tag)


@route("DELETE", f"{_NOTES}/{{note_id}}", needs="write", status=204)
def delete_note(access: Access, session_id: uuid.UUID, note_id: int) -> None:
    """Take one's own note away."""
    queries.delete_note(access, session_id, note_id)
