"""Notes on moments of a recording: for those who see the project; each may change their own."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from dashboard.auth.access import Access
from dashboard.errors import Forbidden, NotVisible, Problem
from dashboard.queries.recordings import session_of
from dashboard.services import current
from storage import recording_notes as store
from storage.postgres import Connection

LONGEST_TEXT = 2_000
LONGEST_TAG = 40
MOST_MS = 7 * 86_400_000
MOST_NOTES = 500


class Note(msgspec.Struct, frozen=True):
    """A note; `at_ms` counts from the recording's beginning; `mine`: the asker may change it."""

    id: int
    at_ms: int
    text: str
    tag: str
    author: str
    created_at: dt.datetime
    mine: bool


def notes(access: Access, session_id: uuid.UUID) -> list[Note]:
    """The recording's notes in the order of their moments. Raises UnknownRecording."""
    access.demand("read")
    with current().database.transaction(access.projects) as connection:
        session_of(connection, access, session_id)
        rows = store.notes(connection, access.project_id, session_id)
    return [
        Note(row.note_id, row.at_ms, row.text, row.tag, row.author, row.created_at, _may(access, row)) for row in rows
    ]


def add_note(access: Access, session_id: uuid.UUID, at_ms: int, text: str, tag: str = "") -> int:
    """Keep a note on that moment; gives its id. Raises UnknownRecording, Problem."""
    access.demand("write")
    if not 0 <= at_ms <= MOST_MS:
        raise Problem("invalid_parameter", "at_ms: it lies within the recording, in milliseconds.")
    text, tag = _checked(text, tag)
    with current().database.transaction(access.projects) as connection:
        session_of(connection, access, session_id)
        if len(store.notes(connection, access.project_id, session_id)) >= MOST_NOTES:
            raise Problem("invalid_parameter", f"text: a recording has at most {MOST_NOTES} notes.")
        return store.add(connection, access.project_id, session_id, at_ms, text, tag, access.user_id)


def change_note(access: Access, session_id: uuid.UUID, note_id: int, text: str, tag: str = "") -> None:
    """Other words for one's own note. Raises NotVisible, Forbidden, Problem."""
    access.demand("write")
    text, tag = _checked(text, tag)
    with current().database.transaction(access.projects) as connection:
        _own(connection, access, session_id, note_id)
        store.change(connection, access.project_id, session_id, note_id, text, tag)


def delete_note(access: Access, session_id: uuid.UUID, note_id: int) -> None:
    """Take one's own note away. Raises NotVisible, Forbidden."""
    access.demand("write")
    with current().database.transaction(access.projects) as connection:
        _own(connection, access, session_id, note_id)
        store.delete(connection, access.project_id, session_id, note_id)


def _checked(text: str, tag: str) -> tuple[str, str]:
    text, tag = text.replace("\0", "").strip(), " ".join(tag.replace("\0", "").split())
    if not 1 <= len(text) <= LONGEST_TEXT:
        raise Problem("invalid_parameter", f"text: 1 to {LONGEST_TEXT:,} characters.")
    if len(tag) > LONGEST_TAG:
        raise Problem("invalid_parameter", f"tag: at most {LONGEST_TAG} characters.")
    return text, tag


def _may(access: Access, row: store.NoteRow) -> bool:
    return access.allows("write") and row.author_id == access.user_id


def _own(connection: Connection, access: Access, session_id: uuid.UUID, note_id: int) -> None:
    for row in store.notes(connection, access.project_id, session_id):
        if row.note_id == note_id:
            if not _may(access, row):
                raise Forbidden("A note can be changed by who wrote it.")
            return
    raise NotVisible(f"There is no note {note_id}.")
