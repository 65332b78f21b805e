"""`/projects/{p}/recordings`: the list, one session, its rrweb events, and removing it everywhere."""

from __future__ import annotations

import uuid
from typing import Annotated

import msgspec
from flask import Response, stream_with_context
from msgspec import Meta

from dashboard.api.parameters import Cursor, DeviceConditions, Limit, Moment, period
from dashboard.api.routes import route
from dashboard.auth.access import Access
from dashboard.errors import Problem
from dashboard.queries import deletion
from dashboard.queries import recordings as queries
from dashboard.queries.filters import Filters
from dashboard.queries.recording_pieces import Pieces, recording_pieces
from dashboard.recordings.export import exported
from storage.session_index import Sort

MOST_MS = 7 * 86_400_000


class RecordingsQuery(
    DeviceConditions, kw_only=True, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}
):
    """Which sessions, in which order."""

    from_: Moment | None = None
    to: Moment | None = None
    sort: Sort = "newest"
    limit: Limit = 50
    cursor: Cursor | None = None
    count_all: bool = False


Ms = Annotated[int, Meta(ge=0, le=MOST_MS)]


class PiecesQuery(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Which pieces, ms since the recording's beginning: from `from_ms` on, or those that show the moment `at_ms`."""

    from_ms: Ms | None = None
    at_ms: Ms | None = None


class RecordedEvents(msgspec.Struct, frozen=True):
    """rrweb events in the order of their time.

    `assets`: by address the name below `/assets/` of what the recorded pages showed from there.
    """

    assets: dict[str, str]
    events: list[dict[str, msgspec.Raw]]


@route("GET", "/projects/{project_id}/recordings", needs="read", query=RecordingsQuery, answer=queries.Recordings)
def list_recordings(access: Access, query: RecordingsQuery) -> queries.Recordings:
    """Sessions that began in the period. `total` stops at 10,000, and `more` says so; with `count_all` it does not."""
    asked, filters = period(query.from_, query.to), query.filters
    try:
        return queries.recordings(
            access,
            asked,
            filters if filters != Filters() else None,
            query.sort,
            query.limit,
            query.cursor,
            None if query.count_all else queries.COUNTED,
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


@route(
    "GET",
    "/projects/{project_id}/recordings/{session_id}/pieces",
    needs="recording",
    query=PiecesQuery,
    answer=Pieces,
)
def get_pieces(access: Access, session_id: uuid.UUID, query: PiecesQuery) -> Pieces:
    """The same events by and by, paged by time."""
    return recording_pieces(access, session_id, query.from_ms, query.at_ms)


def events_answer(access: Access, session_id: uuid.UUID) -> Response:
    """The events as a stream, piece by piece."""
    pieces = queries.recording_events(access, session_id)
    made = Response(stream_with_context(pieces), content_type="application/json")
    made.headers["Cache-Control"] = "private, no-store"
    return made


@route(
    "GET",
    "/projects/{project_id}/recordings/{session_id}/export",
    needs="recording",
    media_type="text/html",
)
def export_recording(access: Access, session_id: uuid.UUID) -> Response:
    """The recording as one HTML file that plays without a network."""
    made = Response(stream_with_context(exported(access, session_id)), content_type="text/html; charset=utf-8")
    made.headers["Content-Disposition"] = f'attachment; filename="heatwake-{session_id}.html"'
    # It is for a disk; opened from here it would be a page of ours with a stranger's recording in it.
    made.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    made.headers["Cache-Control"] = "private, no-store"
    return made


@route("DELETE", "/projects/{project_id}/recordings/{session_id}", needs="write", status=204)
def delete_recording(access: Access, session_id: uuid.UUID) -> None:
    """Remove a session everywhere: rows, recording, facts, heat points, search document, links and grants."""
    deletion.delete_session(access, session_id)
