"""What the command palette finds beyond the rail, `GET /palette/<project>`: pages, funnels, a recording by its id."""

from __future__ import annotations

import uuid
from typing import Final

import msgspec
from flask import Blueprint, Response, request

from dashboard.auth import guard
from dashboard.auth.access import Access
from dashboard.funnels.saved import PATH, definition_of
from dashboard.queries import pages as page_queries
from dashboard.queries.recordings import UnknownRecording, recording
from dashboard.queries.saved_funnels import saved_funnels
from dashboard.shell.view import View, read_view

MOST: Final = 6


class Entry(msgspec.Struct, frozen=True):
    """Something to go to; `icon` as in dashboard/shell/icons.py."""

    kind: str
    name: str
    href: str
    icon: str


class Entries(msgspec.Struct, frozen=True):
    """What was found, pages first."""

    items: list[Entry]


def found(access: Access, view: View, text: str) -> list[Entry]:
    """Heatmaps of pages, saved funnels and a recording whose name or id holds `text`."""
    rows = page_queries.pages(access, view.period, None, text, "views", MOST).items
    entries = [Entry("Heatmap", row.url, view.link(f"/heatmaps/{row.page}"), "heatmap") for row in rows]
    for each in [each for each in saved_funnels(access) if text.lower() in each.name.lower()][:MOST]:
        definition = definition_of(each)
        if definition is not None:
            href = view.link(PATH, f=definition.text(), funnel=each.id)
            entries.append(Entry("Funnel", each.name, href, "funnel"))
    try:
        session_id = uuid.UUID(text)
        recording(access, session_id)
        entries.append(Entry("Recording", str(session_id), view.link(f"/recordings/{session_id}"), "recording"))
    except (ValueError, UnknownRecording):
        pass
    return entries


def blueprint() -> Blueprint:
    """The route."""
    routes = Blueprint("palette", __name__)

    @guard.route(routes, "/palette/<int:project_id>", needs="read")
    def palette(access: Access) -> Response:
        """Entries for what was typed; the view's parameters are kept in their addresses."""
        view = read_view(request.query_string.decode("utf-8", "replace"))
        body = msgspec.json.encode(Entries(found(access, view, view.own.get("q", "").strip())))
        return Response(body, mimetype="application/json", headers={"Cache-Control": "no-store"})

    return routes
