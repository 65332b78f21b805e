"""Reads of one session: its document, its page views and the chunks of its recording."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

import msgspec
from psycopg.rows import class_row, dict_row

from storage.devices import DEVICE_NAMES
from storage.postgres import Connection
from storage.recording_pack import Contents
from storage.session_index import SessionDoc


@dataclass(frozen=True, slots=True)
class PageViewRow:
    """A page view as stored; times corrected by the visitor's clock skew."""

    page_view_id: int
    page_id: int | None
    url: str
    title: str
    started_at: dt.datetime
    ended_at: dt.datetime
    scroll_pct: int
    clicks: int
    viewport_w: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A recording chunk; first_ms, last_ms: unix ms, corrected; bytes as kept, raw_bytes as JSON."""

    page_view_id: int
    seq: int
    blob_key: str
    bytes: int
    raw_bytes: int
    events: int
    first_ms: int
    last_ms: int
    skew_ms: int
    gaps: str
    full_snapshots: str
    masking: str
    assets: list[int] = field(default_factory=list)  # storage.assets.address_hash of what it shows


def session(connection: Connection, project_id: int, session_id: uuid.UUID) -> SessionDoc | None:
    """The session's document, or None."""
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(
            "SELECT * FROM sessions WHERE project_id = %s AND session_id = %s ORDER BY day LIMIT 1",
            (project_id, session_id),
        ).fetchone()
    if row is None:
        return None
    row["device"] = DEVICE_NAMES[row["device"]]
    return SessionDoc(**{name: row[name] for name in SessionDoc.__struct_fields__})


def is_open(connection: Connection, project_id: int, day: dt.date, session_id: uuid.UUID) -> bool:
    """Whether the visitor may still be there: the session has not been closed."""
    row = connection.execute(
        "SELECT closed_at IS NULL FROM sessions WHERE project_id = %s AND day = %s AND session_id = %s",
        (project_id, day, session_id),
    ).fetchone()
    return bool(row and row[0])


def page_views(connection: Connection, project_id: int, day: dt.date, session_id: uuid.UUID) -> list[PageViewRow]:
    """The session's page views in the order of their start."""
    with connection.cursor(row_factory=class_row(PageViewRow)) as cursor:
        return cursor.execute(
            "SELECT page_view_id, page_id, url, title, started_at, ended_at, scroll_pct, clicks, viewport_w"
            " FROM page_views"
            " WHERE project_id = %s AND day = %s AND session_id = %s ORDER BY started_at, page_view_id",
            (project_id, day, session_id),
        ).fetchall()


def chunks(connection: Connection, project_id: int, day: dt.date, session_id: uuid.UUID) -> list[Chunk]:
    """The chunks of the session's recording by page view and sequence number."""
    with connection.cursor(row_factory=class_row(Chunk)) as cursor:
        return cursor.execute(
            "SELECT page_view_id, seq, blob_key, bytes, raw_bytes, events, first_ms, last_ms, skew_ms,"
            " gaps, full_snapshots, masking, coalesce(assets, '{}') AS assets"
            " FROM recording_chunks WHERE project_id = %s AND day = %s AND session_id = %s ORDER BY page_view_id, seq",
            (project_id, day, session_id),
        ).fetchall()


@dataclass(frozen=True, slots=True)
class RecordingRow:
    """A recording's row: `pack` and `contents` while it has one; `bytes` as kept, `raw_bytes` of its JSON."""

    day: dt.date
    pack: int
    contents: Contents | None
    bytes: int
    raw_bytes: int


def row(connection: Connection, project_id: int, session_id: uuid.UUID) -> RecordingRow | None:
    """The session's recording; None if it has none."""
    found = connection.execute(
        "SELECT day, pack, contents, bytes, raw_bytes FROM recordings WHERE project_id = %s AND session_id = %s",
        (project_id, session_id),
    ).fetchone()
    if found is None:
        return None
    day, pack, contents, kept, raw = found
    return RecordingRow(day, pack, msgspec.convert(contents, Contents) if contents else None, kept, raw)
