"""A recording's events as they lie in the blob store: segments of its pack, and chunks that have come since."""

from __future__ import annotations

import uuid
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from threading import Lock
from typing import Final, NamedTuple

import zstandard

from storage import recording_pack as format
from storage import recording_strings
from storage import recordings as reads
from storage.blobs import BlobCorrupt, BlobMissing, BlobStore
from storage.postgres import Connection
from storage.recording_pack import BadPack, Contents

MOST_KEPT: Final = 32 * 1024 * 1024  # bytes of strings and dictionaries that a process remembers


class Stored(NamedTuple):
    """Where a session's recording lies. `loose`: chunks that are in no pack; `contents` of its pack at `key`, if it has
    one. `bytes` as kept, `raw_bytes` of its JSON."""

    project_id: int
    loose: list[reads.Chunk]
    key: str
    contents: Contents | None
    bytes: int
    raw_bytes: int

    @property
    def chunks(self) -> list[reads.Chunk]:
        """All chunks that ever came, by page view and number; those in the pack have its key and no bytes."""
        packed = [
            reads.Chunk(
                *(one.page_view, one.seq, self.key, 0, one.raw_bytes, one.events, one.first_ms, one.last_ms),
                *(one.skew_ms, one.gaps, one.full_snapshots, one.masking),
            )
            for one in (self.contents.chunks if self.contents else ())
        ]
        return sorted([*packed, *self.loose], key=lambda chunk: (chunk.page_view_id, chunk.seq))


class Part(NamedTuple):
    """Events that are read together; times in unix ms, `raw`: bytes of their JSON. `seq` counts its page view's parts,
    from 0, and one that is missing was lost; `alone`: they can be played without those before them. `events` gives
    their JSON, separated by commas; raises BlobMissing, BlobCorrupt, BadPack."""

    page_view: int
    seq: int
    first_ms: int
    last_ms: int
    raw: int
    alone: bool
    events: Callable[[], bytes]


def stored(connection: Connection, project_id: int, session_id: uuid.UUID) -> Stored:
    """Where the recording of a session lies; of one without a recording, nowhere."""
    row = reads.row(connection, project_id, session_id)
    if row is None:
        return Stored(project_id, [], "", None, 0, 0)
    loose = reads.chunks(connection, project_id, row.day, session_id)
    key = format.key(project_id, str(row.day), session_id.hex, row.pack)
    return Stored(project_id, loose, key, row.contents, row.bytes, row.raw_bytes)


def parts(blobs: BlobStore, found: Stored) -> list[Part]:
    """In the order of their time."""
    listed: list[Part] = []
    packed: Counter[int] = Counter()  # by page view
    for one in found.contents.segments if found.contents else ():
        seq = packed[one.page_view]
        packed[one.page_view] += 1
        events = partial(_segment, blobs, found, one)
        listed.append(Part(one.page_view, seq, one.first_ms, one.last_ms, one.raw, one.alone, events))
    for chunk in found.loose:
        events = partial(_chunk, blobs, found, chunk)
        seq = chunk.seq
        if chunk.page_view_id in packed:  # which numbers are in the pack is not known by its segments
            seq = packed[chunk.page_view_id]
            packed[chunk.page_view_id] += 1
        times = (chunk.first_ms, chunk.last_ms)
        listed.append(Part(chunk.page_view_id, seq, *times, chunk.raw_bytes, chunk.seq == 0, events))
    return sorted(listed, key=lambda part: (part.first_ms, part.page_view, part.seq))


def readable(listed: Sequence[Part]) -> Iterator[bytes]:
    """The events of parts, those that can't be read left out."""
    for part in listed:
        try:
            events = part.events()
        except (BlobMissing, BlobCorrupt, BadPack):
            continue
        if events:
            yield events


def _segment(blobs: BlobStore, found: Stored, segment: format.Segment) -> bytes:
    frame = blobs.range(found.key, segment.offset, segment.length)
    used = found.contents.dictionary if found.contents else None
    dictionary = shared(blobs, found.project_id, "dictionaries", used) if used else None
    if used and dictionary is None:
        raise BlobMissing(recording_strings.key(found.project_id, "dictionaries", used))
    return format.unpack(frame, dictionary, partial(shared, blobs, found.project_id, "strings"))


def _chunk(blobs: BlobStore, found: Stored, chunk: reads.Chunk) -> bytes:
    packed = blobs.get(chunk.blob_key)
    opener = zstandard.ZstdDecompressor().decompressobj()
    try:
        events = opener.decompress(packed).strip()
    except zstandard.ZstdError as error:
        raise BadPack(f"{chunk.blob_key}: {error}") from error
    if not opener.eof:
        raise BadPack(f"{chunk.blob_key} is cut short")
    return format.completed(events[1:-1].strip(), partial(shared, blobs, found.project_id, "strings"))


_remembered: OrderedDict[tuple[int, str], bytes] = OrderedDict()
_remembering = Lock()


def shared(blobs: BlobStore, project_id: int, kind: recording_strings.Kind, hash: str) -> bytes | None:
    """A string or a dictionary; what was asked for lately is remembered, since a site's recordings share them."""
    with _remembering:
        known = _remembered.get((project_id, hash))
        if known is not None:
            _remembered.move_to_end((project_id, hash))
            return known
    known = recording_strings.read(blobs, project_id, kind, hash)
    if known is not None and len(known) < MOST_KEPT:
        with _remembering:
            _remembered[project_id, hash] = known
            while sum(map(len, _remembered.values())) > MOST_KEPT:
                _remembered.popitem(last=False)
    return known
