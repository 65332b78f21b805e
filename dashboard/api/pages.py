"""`/projects/{p}/pages`: pages with views, clicks and depth; a page's snapshot; what snapshots and recordings show."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

import msgspec
from flask import Response, request

from dashboard.api.parameters import Cursor, InPeriod, Limit, Text, period
from dashboard.api.routes import route
from dashboard.auth.access import Access
from dashboard.errors import NotVisible, Problem
from dashboard.queries import heatmaps
from dashboard.queries import pages as queries
from dashboard.services import current
from storage.assets import CONTENT_TYPES
from storage.blobs import BlobMissing
from storage.session_index import Device

ASSET: Final = re.compile(r"^[0-9a-f]{32,64}\.([a-z0-9]{2,5})$")


class PagesQuery(InPeriod, kw_only=True, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Which pages."""

    device: Device | None = None
    search: Text = ""
    sort: queries.PageSort = "views"
    limit: Limit = 50
    cursor: Cursor | None = None


class SnapshotQuery(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Of which kind of device."""

    device: Device | None = None


class Backdrop(msgspec.Struct, frozen=True):
    """An rrweb full snapshot (event of type 2) and the viewport that it was taken in; `event` null: none yet.

    `assets`: by address the name below `/assets/` of what the page shows from there.
    """

    event: msgspec.Raw
    width: int
    height: int
    captured_at: dt.datetime | None
    assets: dict[str, str]


@route("GET", "/projects/{project_id}/pages", needs="read", query=PagesQuery, answer=queries.Pages)
def list_pages(access: Access, query: PagesQuery) -> queries.Pages:
    """Pages viewed in the period with views, visitors, clicks and median depth."""
    asked = period(query.from_, query.to)
    try:
        return queries.pages(access, asked, query.device, query.search, query.sort, query.limit, query.cursor)
    except ValueError as error:
        raise Problem("invalid_parameter", f"cursor: {error}") from error


@route("GET", "/projects/{project_id}/pages/{page_id}/snapshot", needs="read", query=SnapshotQuery, answer=Backdrop)
def get_snapshot(access: Access, page_id: int, query: SnapshotQuery) -> Backdrop:
    """The newest snapshot of a page, the backdrop of its heatmap."""
    try:
        found = heatmaps.snapshot(access, page_id, query.device)
    except BlobMissing:
        found = None
    if found is None:
        return Backdrop(msgspec.Raw(b"null"), 0, 0, None, {})
    return Backdrop(found.event, found.width, found.height, found.captured_at, found.assets)


@route("GET", "/projects/{project_id}/assets/{name}", needs="recording", media_type="application/octet-stream")
def get_asset(access: Access, name: str) -> Response:
    """A stylesheet, picture or font of a recorded page, by its content's hash."""
    return asset_answer(access, name)


def asset_answer(access: Access, name: str) -> Response:
    """An asset of the project. Raises NotVisible."""
    match = ASSET.match(name)
    if match is None or match[1] not in CONTENT_TYPES:
        raise NotVisible(f"There is no asset {name[:100]}.")
    try:
        data = current().blobs.get(f"assets/{access.project_id}/{name}")
    except BlobMissing as error:
        raise NotVisible(f"There is no asset {name}.") from error
    made = Response(data, content_type=CONTENT_TYPES[match[1]])
    # Its name is its content; what it holds was made by strangers and must not run when opened by itself.
    made.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    made.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    made.set_etag(match[0])
    made.make_conditional(request)
    return made
