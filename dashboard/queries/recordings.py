"""Recordings: the list with its filters, one session's facts, and its rrweb events whole again."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from dashboard.auth.access import Access
from dashboard.queries.cached import cached
from dashboard.queries.filters import Filters
from dashboard.queries.periods import Period
from dashboard.queries.receipts import Gap, gaps
from dashboard.services import current
from storage import recording_lacks, recording_parts
from storage import recordings as reads
from storage.postgres import Connection
from storage.recording_parts import Part
from storage.session_index import Device, SessionDoc, SessionFilter, Sort

COUNTED: Final = 10_000  # sessions of a list that are counted; that there are more is said, not how many
_EVER: Final = (dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(2100, 1, 1, tzinfo=dt.UTC))


class RecordingRow(msgspec.Struct, frozen=True):
    """A session in the list; `recorded`: whether it can be played; `lacks`: kinds of what is missing of it."""

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
    utm_source: str
    utm_medium: str
    utm_campaign: str
    user: str
    visitor: uuid.UUID
    recorded: bool
    lacks: list[str] = []


class Recordings(msgspec.Struct, frozen=True):
    """One page of the list; `next` None: it was the last. `more`: there are more sessions than `total`."""

    items: list[RecordingRow]
    total: int
    more: bool
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


class Recording(msgspec.Struct, frozen=True):
    """A session with its page views and what of its recording is there.

    `begins_ms`: where the recording begins, ms after the session's start; what counts from the one is moved by it.
    `masking`: how much of the pages was masked when it was made; empty where that is not known. `whole`: it has chunks,
    and of `gaps` only those in which there was nothing to record.
    """

    session: RecordingRow
    page_views: list[PageView]
    chunks: int
    bytes: int
    raw_bytes: int
    gaps: list[Gap]
    begins_ms: int
    masking: str = ""
    whole: bool = False


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
        utm_source=doc.utm_source,
        utm_medium=doc.utm_medium,
        utm_campaign=doc.utm_campaign,
        user=doc.user_ref,
        visitor=doc.visitor_id,
        recorded=doc.recording_events > 0,
    )


def by_ids(connection: Connection, project_id: int, sessions: Sequence[uuid.UUID]) -> list[RecordingRow]:
    """These sessions as the list shows them, in this order; those that are not there are left out."""
    docs = [doc for one in sessions if (doc := reads.session(connection, project_id, one))]
    lacks = recording_lacks.of_sessions(connection, project_id, [doc.session_id for doc in docs])
    return [msgspec.structs.replace(_row(doc), lacks=lacks.get(doc.session_id, [])) for doc in docs]


@cached(Recordings)
def recordings(
    access: Access,
    period: Period,
    filters: Filters | None = None,
    sort: Sort = "newest",
    limit: int = 50,
    cursor: str | None = None,
    count_to: int | None = COUNTED,
) -> Recordings:
    """Sessions of the period in this order, counted to `count_to` (None: all). Raises ValueError for a bad cursor."""
    where = (filters or Filters()).within(period)
    page = current().sessions.search(
        access.project_id, where, sort, limit, cursor, None if count_to is None else count_to + 1
    )
    total = page.total if count_to is None else min(page.total, count_to)
    return Recordings(_rows(access, page.items), total, page.total > total, page.cursor, dt.datetime.now(dt.UTC))


@cached(Recordings)
def recordings_of(access: Access, session_ids: list[uuid.UUID]) -> Recordings:
    """These sessions, 500 at most, in the order given; one that is not there any more is left out."""
    where = SessionFilter(start=_EVER[0], end=_EVER[1], session_ids=session_ids)
    docs = {doc.session_id: doc for doc in current().sessions.search(access.project_id, where, limit=500).items}
    rows = _rows(access, [docs[session_id] for session_id in session_ids if session_id in docs])
    return Recordings(rows, len(rows), False, None, dt.datetime.now(dt.UTC))


def _rows(access: Access, docs: Sequence[SessionDoc]) -> list[RecordingRow]:
    """Sessions as the list shows them, with what their recordings lack."""
    recorded = [doc.session_id for doc in docs if doc.recording_events]
    if not recorded:
        return [_row(doc) for doc in docs]
    with current().database.transaction(access.projects) as connection:
        lacks = recording_lacks.of_sessions(connection, access.project_id, recorded)
    return [msgspec.structs.replace(_row(doc), lacks=lacks.get(doc.session_id, [])) for doc in docs]


@cached(Facets)
def facets(access: Access, period: Period, filters: Filters | None = None) -> Facets:
    """What the filters can be set to, with the number of sessions each lets through."""
    return Facets(current().sessions.facets(access.project_id, (filters or Filters()).within(period)))


def session_of(connection: Connection, access: Access, session_id: uuid.UUID) -> SessionDoc:
    """The session, if the asker may see it. Raises UnknownRecording."""
    if access.session_id not in (None, session_id):
        raise UnknownRecording(f"There is no recording {session_id} that you may see.")
    doc = reads.session(connection, access.project_id, session_id)
    if doc is None:
        raise UnknownRecording(f"There is no recording {session_id}.")
    return doc


@cached(Recording, needs="recording")
def recording(access: Access, session_id: uuid.UUID) -> Recording:
    """One session. Raises UnknownRecording."""
    with current().database.transaction(access.projects) as connection:
        doc = session_of(connection, access, session_id)
        views = reads.page_views(connection, access.project_id, doc.day, session_id)
        found = recording_parts.stored(connection, access.project_id, session_id)
        recording_off = not recording_lacks.records(connection, access.project_id)
        run_out = recording_lacks.recordings_run_out(connection, access.project_id, doc.day)
    chunks, parts = found.chunks, recording_parts.parts(current().blobs, found)
    started_ms = round(doc.started_at.timestamp() * 1000)
    missing = gaps(views, chunks, parts, started_ms, recording_off, run_out)
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
        bytes=found.bytes,
        raw_bytes=found.raw_bytes,
        gaps=missing,
        masking=" and ".join(sorted({chunk.masking for chunk in chunks if chunk.masking})),
        whole=bool(chunks) and all(gap.kind == "idle" for gap in missing),
        begins_ms=min(chunk.first_ms for chunk in chunks) - started_ms if chunks else 0,
    )


def recording_events(access: Access, session_id: uuid.UUID) -> Iterator[bytes]:
    """The body `{"events": […]}`: the session's rrweb events in the order of their time, piece by piece.

    A chunk whose blob is gone or damaged is left out. Raises UnknownRecording before the first piece.
    """
    access.demand("recording")
    with current().database.transaction(access.projects) as connection:
        session_of(connection, access, session_id)
        found = recording_parts.stored(connection, access.project_id, session_id)
    return _body(recording_parts.parts(current().blobs, found))


def _body(parts: list[Part]) -> Iterator[bytes]:
    yield b'{"events":['
    for number, events in enumerate(recording_parts.readable(parts)):
        yield b"," + events if number else events
    yield b"]}"
