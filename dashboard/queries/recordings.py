"""Recordings: the list with its filters, one session's facts, and its rrweb events whole again."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterator

import msgspec
import zstandard

from dashboard.auth.access import Access
from dashboard.queries.cached import cached
from dashboard.queries.filters import Filters
from dashboard.queries.periods import Period
from dashboard.services import current
from storage import assets
from storage import recordings as reads
from storage.blobs import BlobMissing
from storage.session_index import Device, SessionDoc, Sort


class RecordingRow(msgspec.Struct, frozen=True):
    """A session in the list; `recorded`: whether it can be played."""

    id: uuid.UUID
    started_at: dt.datetime
    duration_ms: int
    pages: int
    clicks: int
    rage_clicks: int
    dead_clicks: int
    error_clicks: int
    events: int
    device: Device
    browser: str
    os: str
    country: str
    entry: str
    exit: str
    referrer: str
    user: str
    visitor: uuid.UUID
    recorded: bool


class Recordings(msgspec.Struct, frozen=True):
    """One page of the list; `next` None: it was the last."""

    items: list[RecordingRow]
    total: int
    next: str | None
    as_of: dt.datetime


class Facets(msgspec.Struct, frozen=True):
    """For each filter its commonest values with their number of sessions."""

    values: dict[str, list[tuple[str, int]]]


class PageView(msgspec.Struct, frozen=True):
    """A page view of a session; `at_ms` counts from the session's start; `width`: of the viewport, CSS px, or 0."""

    page_view: int
    page: int | None
    url: str
    title: str
    at_ms: int
    duration_ms: int
    scroll_pct: int
    clicks: int
    width: int


class Gap(msgspec.Struct, frozen=True):
    """What a recording lacks: `missing` chunks of a page view, or `reason`."""

    page_view: int
    missing: int
    reason: str


class Recording(msgspec.Struct, frozen=True):
    """A session with its page views and what of its recording is there.

    `begins_ms`: where the recording begins, ms after the session's start; what counts from the one is moved by it.
    """

    session: RecordingRow
    page_views: list[PageView]
    chunks: int
    bytes: int
    raw_bytes: int
    gaps: list[Gap]
    begins_ms: int


class UnknownRecording(LookupError):
    """The project has no such session, or the asker may not see it."""


def _row(doc: SessionDoc) -> RecordingRow:
    return RecordingRow(
        id=doc.session_id,
        started_at=doc.started_at,
        duration_ms=doc.duration_ms,
        pages=doc.page_views,
        clicks=doc.clicks,
        rage_clicks=doc.rage_clicks,
        dead_clicks=doc.dead_clicks,
        error_clicks=doc.error_clicks,
        events=doc.events,
        device=doc.device,
        browser=doc.browser,
        os=doc.os,
        country=doc.country,
        entry=doc.entry_address,
        exit=doc.exit_address,
        referrer=doc.referrer_host,
        user=doc.user_ref,
        visitor=doc.visitor_id,
        recorded=doc.recording_events > 0,
    )


@cached(Recordings)
def recordings(
    access: Access,
    period: Period,
    filters: Filters | None = None,
    sort: Sort = "newest",
    limit: int = 50,
    cursor: str | None = None,
) -> Recordings:
    """Sessions of the period in this order. Raises ValueError for a bad cursor."""
    where = (filters or Filters()).within(period)
    page = current().sessions.search(access.project_id, where, sort, limit, cursor)
    return Recordings([_row(doc) for doc in page.items], page.total, page.cursor, dt.datetime.now(dt.UTC))


@cached(Facets)
def facets(access: Access, period: Period, filters: Filters | None = None) -> Facets:
    """What the filters can be set to, with the number of sessions each lets through."""
    return Facets(current().sessions.facets(access.project_id, (filters or Filters()).within(period)))


@cached(Recording, needs="recording")
def recording(access: Access, session_id: uuid.UUID) -> Recording:
    """One session. Raises UnknownRecording."""
    if access.session_id not in (None, session_id):
        raise UnknownRecording(f"There is no recording {session_id} that you may see.")
    with current().database.transaction(access.projects) as connection:
        doc = reads.session(connection, access.project_id, session_id)
        if doc is None:
            raise UnknownRecording(f"There is no recording {session_id}.")
        views = reads.page_views(connection, access.project_id, doc.day, session_id)
        chunks = reads.chunks(connection, access.project_id, doc.day, session_id)
    return Recording(
        session=_row(doc),
        page_views=[
            PageView(
                page_view=view.page_view_id,
                page=view.page_id,
                url=view.url,
                title=view.title,
                at_ms=round((view.started_at - doc.started_at).total_seconds() * 1000),
                duration_ms=round((view.ended_at - view.started_at).total_seconds() * 1000),
                scroll_pct=view.scroll_pct,
                clicks=view.clicks,
                width=view.viewport_w,
            )
            for view in views
        ],
        chunks=len(chunks),
        bytes=sum(chunk.bytes for chunk in chunks),
        raw_bytes=sum(chunk.raw_bytes for chunk in chunks),
        gaps=_gaps(chunks) + _lost(chunks),
        begins_ms=min((chunk.first_ms for chunk in chunks), default=0) - round(doc.started_at.timestamp() * 1000)
        if chunks
        else 0,
    )


def _gaps(chunks: list[reads.Chunk]) -> list[Gap]:
    """Sequence numbers that are missing below the highest of each page view."""
    seen: dict[int, set[int]] = {}
    for chunk in chunks:
        seen.setdefault(chunk.page_view_id, set()).add(chunk.seq)
    return [
        Gap(page_view, max(numbers) + 1 - len(numbers), "chunks never arrived")
        for page_view, numbers in seen.items()
        if max(numbers) + 1 > len(numbers)
    ]


def _lost(chunks: list[reads.Chunk]) -> list[Gap]:
    """Chunks that arrived and whose bytes are not in the blob store; none while the store can't be asked."""
    folders = {chunk.blob_key.rpartition("/")[0] + "/" for chunk in chunks}
    try:
        kept = {key for folder in folders for key, _ in current().blobs.list(folder)}
    except OSError:
        return []
    lost = Counter(chunk.page_view_id for chunk in chunks if chunk.blob_key not in kept)
    return [Gap(page_view, missing, "no longer in the blob store") for page_view, missing in lost.items()]


def recording_events(access: Access, session_id: uuid.UUID) -> Iterator[bytes]:
    """The body `{"assets": {…}, "events": […]}`: what is stored of the addresses that the pages show, and the session's
    rrweb events in the order of their time, piece by piece.

    A chunk whose blob is gone is left out. Raises UnknownRecording before the first piece.
    """
    access.demand("recording")
    if access.session_id not in (None, session_id):
        raise UnknownRecording(f"There is no recording {session_id} that you may see.")
    with current().database.transaction(access.projects) as connection:
        doc = reads.session(connection, access.project_id, session_id)
        if doc is None:
            raise UnknownRecording(f"There is no recording {session_id}.")
        chunks = reads.chunks(connection, access.project_id, doc.day, session_id)
        stored, _ = assets.of_session(connection, access.project_id, [doc.day], session_id)
    return _pieces(chunks, stored)


def _pieces(chunks: list[reads.Chunk], stored: dict[str, str]) -> Iterator[bytes]:
    blobs = current().blobs
    yield b'{"assets":' + msgspec.json.encode(stored) + b',"events":['
    first = True
    for chunk in sorted(chunks, key=lambda chunk: (chunk.first_ms, chunk.page_view_id, chunk.seq)):
        try:
            packed = blobs.get(chunk.blob_key)
        except BlobMissing:
            continue
        events = zstandard.ZstdDecompressor().decompressobj().decompress(packed).strip()
        inner = events[1:-1].strip()
        if not inner:
            continue
        yield inner if first else b"," + inner
        first = False
    yield b"]}"
