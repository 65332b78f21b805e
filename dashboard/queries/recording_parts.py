"""A recording's events as they lie in the blob store: segments of its pack, and chunks that have come since."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterator
from threading import Lock
from typing import Final, NamedTuple

import zstandard

from dashboard.services import current
from storage import recording_pack as format
from storage import recording_strings
from storage import recordings as reads
from storage.blobs import BlobCorrupt, BlobMissing
from storage.postgres import Connection
from storage.recording_pack import BadPack, Contents

MOST_KEPT: Final = 32 * 1024 * 1024  # bytes of strings and dictionaries that a process remembers


class Stored(NamedTuple):
    """Where a session's recording lies. `contents` of its pack at `key`, if it has one."""

    project_id: int
    chunks: list[reads.Chunk]
    key: str
    contents: Contents | None


class Part(NamedTuple):
    """Events that are read together; times in unix ms, `alone`: they can be played without those before them.
    `events` gives their JSON, separated by commas; raises BlobMissing, BlobCorrupt, BadPack."""

    page_view: int
    first_ms: int
    last_ms: int
    alone: bool
    events: Callable[[], bytes]


def stored(connection: Connection, project_id: int, day: dt.date, session_id: uuid.UUID) -> Stored:
    """Where the recording of a session of this day lies."""
    pack, contents = reads.pack(connection, project_id, session_id)
    key = format.key(project_id, str(day), session_id.hex, pack)
    return Stored(project_id, reads.chunks(connection, project_id, day, session_id), key, contents)


def parts(found: Stored) -> list[Part]:
    """In the order of their time."""
    listed = [
        Part(one.page_view, one.first_ms, one.last_ms, one.alone, lambda one=one: _segment(found, one))  # type: ignore[misc]
        for one in (found.contents.segments if found.contents else ())
    ] + [
        Part(one.page_view_id, one.first_ms, one.last_ms, one.seq == 0, lambda one=one: _chunk(found, one))  # type: ignore[misc]
        for one in found.chunks
    ]
    return sorted(listed, key=lambda part: part.first_ms)


def pieces(found: Stored) -> Iterator[bytes]:
    """The body `{"events": […]}`, part by part; parts that can't be read are left out."""
    yield b'{"events":['
    first = True
    for part in parts(found):
        try:
            events = part.events()
        except (BlobMissing, BlobCorrupt, BadPack):
            continue
        if events:
            yield events if first else b"," + events
            first = False
    yield b"]}"


def _segment(found: Stored, segment: format.Segment) -> bytes:
    frame = current().blobs.range(found.key, segment.offset, segment.length)
    used = found.contents.dictionary if found.contents else None
    dictionary = _kept(found.project_id, "dictionaries", used) if used else None
    if used and dictionary is None:
        raise BlobMissing(recording_strings.key(found.project_id, "dictionaries", used))
    return format.unpack(frame, dictionary, lambda hash: _kept(found.project_id, "strings", hash))


def _chunk(found: Stored, chunk: reads.Chunk) -> bytes:
    packed = current().blobs.get(chunk.blob_key)
    try:
        events = zstandard.ZstdDecompressor().decompressobj().decompress(packed).strip()
    except zstandard.ZstdError as error:
        raise BadPack(f"{chunk.blob_key}: {error}") from error
    return format.completed(events[1:-1].strip(), lambda hash: _kept(found.project_id, "strings", hash))


_remembered: OrderedDict[tuple[int, str], bytes] = OrderedDict()
_remembering = Lock()


def _kept(project_id: int, kind: recording_strings.Kind, hash: str) -> bytes | None:
    """A string or a dictionary; what was asked for lately is remembered, since a site's recordings share them."""
    with _remembering:
        known = _remembered.get((project_id, hash))
        if known is not None:
            _remembered.move_to_end((project_id, hash))
            return known
    known = recording_strings.read(current().blobs, project_id, kind, hash)
    if known is not None and len(known) < MOST_KEPT:
        with _remembering:
            _remembered[project_id, hash] = known
            while sum(map(len, _remembered.values())) > MOST_KEPT:
                _remembered.popitem(last=False)
    return known
