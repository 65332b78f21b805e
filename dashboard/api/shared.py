"""`/s/<token>/…`: what the page of a share link fetches; the token is the only right that it needs."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response

from dashboard.api.pages import asset_answer
from dashboard.api.recordings import events_answer
from dashboard.auth import guard
from dashboard.auth.access import Access


def blueprint() -> Blueprint:
    """The routes; the page itself is dashboard/pages/shared.py."""
    routes = Blueprint("shared", __name__)

    @guard.route(routes, "/s/<token>/events", needs="link")
    def events(access: Access, start_ms: int) -> Response:
        """The recording's rrweb events."""
        return events_answer(access, _session(access))

    @guard.route(routes, "/s/<token>/assets/<name>", needs="link")
    def asset(access: Access, start_ms: int, name: str) -> Response:
        """A stylesheet, picture or font of the recorded pages."""
        return asset_answer(access, name)

    return routes


def _session(access: Access) -> uuid.UUID:
    assert access.session_id is not None
    return access.session_id
