"""The pictures of pages that a visitor's recordings have given: they show the page as that visitor saw it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

import msgspec

from storage import recording_parts
from storage.blobs import BlobStore
from storage.postgres import Connection
from storage.recording_parts import Stored

FULL_SNAPSHOT: Final = 2  # rrweb's EventType


class _Event(msgspec.Struct):
    type: int
    data: msgspec.Raw


_decode: Final = msgspec.json.Decoder(list[_Event]).decode


def snapshot_event(data: bytes) -> bytes:
    """The full snapshot as a heatmap's backdrop wants it; without its time: the same page has the same address."""
    return b'{"type":2,"timestamp":0,"data":' + data + b"}"


def address(event: bytes) -> str:
    """The content address of a snapshot event."""
    return hashlib.sha256(event).hexdigest()[:40]


def blob_key(project_id: int, hash_: str) -> str:
    """Where a picture lies in the blob store."""
    return f"snapshots/{project_id}/{hash_}.json.zst"


def of_recordings(blobs: BlobStore, recordings: Iterable[Stored]) -> set[str]:
    """The addresses of all full snapshots in these recordings; what can't be read has given no picture."""
    found: set[str] = set()
    for recording in recordings:
        for text in recording_parts.readable(recording_parts.parts(blobs, recording)):
            try:
                events = _decode(b"[" + text + b"]")
            except msgspec.MsgspecError:
                continue
            found |= {address(snapshot_event(bytes(one.data))) for one in events if one.type == FULL_SNAPSHOT}
    return found


def remove(connection: Connection, project_id: int, addresses: Iterable[str]) -> int:
    """Take these pictures away from their pages; the next recording gives a page another one. How many."""
    return connection.execute(
        "DELETE FROM page_snapshots WHERE project_id = %s AND hash = ANY(%s)", (project_id, sorted(addresses))
    ).rowcount
