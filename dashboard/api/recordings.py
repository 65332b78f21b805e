"""`/projects/{p}/recordings`: the list, one session, its rrweb events, and removing it everywhere."""

from __future__ import annotations

import uuid

import msgspec
from flask import Response, stream_with_context

from dashboard.api.parameters import Cursor, DeviceConditions, Limit, Moment, period
from dashboard.api.routes import route
from dashboard.auth.access import Access
from dashboard.errors import Problem
from dashboard.queries import deletion
from dashboard.queries import recordings as queries
from dashboard.queries.filters import Filters
from storage.session_index import Sort


class RecordingsQuery(
    DeviceConditions, kw_only=True, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}
):
    """Which sessions, in which order."""

    from_: Moment | None = None
    to: Moment | None = None
    sort: Sort = "newest"
    limit: Limit = 50
    cursor: Cursor | None = None


class RecordedEvents(msgspec.Struct, frozen=True):
    """rrweb events in the order of their time.

    `assets`: by address the name below `/assets/` of what the recorded pages showed from there.
    """

    assets: dict[str, str]
    events: list[dict[str, msgspec.Raw]]


@route("GET", "/projects/{project_id}/recordings", needs="read", query=RecordingsQuery, answer=queries.Recordings)
def list_recordings(access: Access, query: RecordingsQuery) -> queries.Recordings:
    """Sessions that began in the period."""
    asked, filters = period(query.from_, query.to), query.filters
    try:
        return queries.recordings(
            access, asked, filters if filters != Filters() else None, query.sort, query.limit, query.cursor
        )
    except ValueError as error:
        raise Problem("invalid_parameter", f"cursor: {error}") from error


@route("GET", "/projects/{project_id}/recordings/{session_id}", needs="recording", answer=queries.Recording)
def get_recording(access: Access, session_id: uuid.UUID) -> queries.Recording:
    """One session with its page views and what of its recording is there."""
    return queries.recording(access, session_id)


@route("GET", "/projects/{project_id}/recordings/{session_id}/events", needs="recording", answer=RecordedEvents)
def get_events(access: Access, session_id: uuid.UUID) -> Response:
    """The recording's rrweb events, whole again and in order."""
    return events_answer(access, session_id)


def events_answer(access: Access, session_id: uuid.UUID) -> Response:
    """The events as a stream, piece by piece."""
    pieces = queries.recording_events(access, session_id)
    made = Response(stream_with_context(pieces), content_type="application/json")
    made.headers["Cache-Control"] = "private, no-store"
    return made


@route("DELETE", "/projects/{project_id}/recordings/{session_id}", needs="write", status=204)
def delete_recording(access: Access, session_id: uuid.UUID) -> None:
    """Remove a session everywhere: rows, recording, facts, heat points, search document, links and grants."""
    deletion.delete_session(access, session_id)
