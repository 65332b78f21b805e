"""Recording chunks as the worker writes them: a row a chunk, whose blob is there already, and the recording's sums."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import NamedTuple

from storage import columns
from storage.postgres import Connection, statement


class NewChunk(NamedTuple):
    """A chunk of a session's recording. Times in unix ms, corrected; `skew_ms` is what was added to them.

    `assets`: the addresses that it shows, as storage.assets.address_hash."""

    project_id: int
    day: str
    session: str
    page_view: int
    seq: int
    blob_key: str
    bytes: int
    raw_bytes: int
    events: int
    first_ms: int
    last_ms: int
    skew_ms: int
    gaps: str = ""  # `<unix ms>:<why>` of each, with blanks between
    full_snapshots: str = ""  # unix ms of each, with blanks between
    masking: str = ""  # storage.site_rules.Privacy
    assets: tuple[int, ...] = ()


def blob_key(project_id: int, day: str, session: str, page_view: int, seq: int) -> str:
    """Where a chunk lies in the blob store; the same request has the same key, so that writing it again is harmless."""
    return f"recordings/{project_id}/{day}/{session}/{page_view:012x}-{seq:06d}.json.zst"


def add(connection: Connection, chunks: Sequence[NewChunk]) -> None:
    """Add chunks, which must be different ones, and count them in their recordings."""
    if not chunks:
        return
    values = {
        "project_id": columns.numbers([one.project_id for one in chunks]),
        "day": columns.words([one.day for one in chunks]),
        "session_id": columns.uuids([one.session for one in chunks]),
        "page_view_id": columns.numbers([one.page_view for one in chunks]),
        "seq": columns.numbers([one.seq for one in chunks]),
        "blob_key": columns.words([one.blob_key for one in chunks]),
        "bytes": columns.numbers([one.bytes for one in chunks]),
        "raw_bytes": columns.numbers([one.raw_bytes for one in chunks]),
        "events": columns.numbers([one.events for one in chunks]),
        "first_ms": columns.numbers([one.first_ms for one in chunks]),
        "last_ms": columns.numbers([one.last_ms for one in chunks]),
        "skew_ms": columns.numbers([one.skew_ms for one in chunks]),
        "gaps": columns.texts([one.gaps for one in chunks]),
        "full_snapshots": columns.texts([one.full_snapshots for one in chunks]),
        "masking": columns.texts([one.masking for one in chunks]),
        "assets": columns.texts(columns.numbers(one.assets) if one.assets else "" for one in chunks),
    }
    connection.execute(statement("recording_chunks.add"), values)
    connection.execute(statement("recording_chunks.count"), values)


def remove(connection: Connection, project_id: int, day: dt.date, session_id: uuid.UUID) -> None:
    """The session's chunks are in its pack, and their rows no longer needed."""
    connection.execute(
        "DELETE FROM recording_chunks WHERE project_id = %s AND day = %s AND session_id = %s",
        (project_id, day, session_id),
    )
