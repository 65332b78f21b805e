"""`/s/<token>/…`: what the page of a share link fetches; the token is the only right that it needs."""

from __future__ import annotations

import uuid

import msgspec
from flask import Blueprint, Response, request

from dashboard.api.pages import asset_answer
from dashboard.api.parameters import query_of
from dashboard.api.recordings import PiecesQuery, events_answer
from dashboard.auth import guard
from dashboard.auth.access import Access
from dashboard.queries.recording_pieces import recording_pieces


def blueprint() -> Blueprint:
    """The routes; the page itself is dashboard/pages/shared.py."""
    routes = Blueprint("shared", __name__)

    @guard.route(routes, "/s/<token>/events", needs="link")
    def events(access: Access, start_ms: int) -> Response:
        """The recording's rrweb events."""
        return events_answer(access, _session(access))

    @guard.route(routes, "/s/<token>/pieces", needs="link")
    def pieces(access: Access, start_ms: int) -> Response:
        """The same by and by, as the player reads it."""
        query = query_of(request.args, PiecesQuery) or PiecesQuery()
        found = recording_pieces(access, _session(access), query.from_ms, query.at_ms)
        made = Response(msgspec.json.encode(found), content_type="application/json")
        made.headers["Cache-Control"] = "private, no-store"
        return made

    @guard.route(routes, "/s/<token>/assets/<name>", needs="link")
    def asset(access: Access, start_ms: int, name: str) -> Response:
        """A stylesheet, picture or font of the recorded pages."""
        return asset_answer(access, name)

    return routes


def _session(access: Access) -> uuid.UUID:
    assert access.session_id is not None
    return access.session_id
