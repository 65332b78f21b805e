"""Third step, recordings: each chunk with its times corrected and packed, and the picture of the page in it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
import zstandard

from collector.protocol import RecordingEvent
from collector.worker import scrub
from collector.worker.asset_addresses import shown_in
from collector.worker.decode import chunk_of
from collector.worker.names import address_of
from collector.worker.sessionize import Arrival, View
from collector.worker.skew import corrected
from storage.assets import NamedAsset, address_hash
from storage.recording_chunks import NewChunk, blob_key
from storage.recording_pack import named_in
from storage.removal import pictures
from storage.site_rules import Privacy

FULL_SNAPSHOT: Final = 2  # rrweb's EventType
META: Final = 4
CUSTOM: Final = 5
GAP_TAG: Final = b"heatwake.gap"
GAPS: Final = frozenset({"busy", "idle", "minute", "session"})  # docs/protocol.md
MOST_GAPS: Final = 100  # of a chunk that are told
USUAL: Final[Privacy] = "normal"
# Every chunk waits for its packing, before the batch is committed; level 9 takes ten times as long for a fifth less.
CHUNK_LEVEL: Final = 3
SNAPSHOT_LEVEL: Final = 9  # one a page, device and hour

_pack_chunk: Final = zstandard.ZstdCompressor(level=CHUNK_LEVEL).compress
_pack_snapshot: Final = zstandard.ZstdCompressor(level=SNAPSHOT_LEVEL).compress


class Blob(NamedTuple):
    """Bytes that are put at a key before the commit; `request_id` of the request that they came with."""

    key: str
    data: bytes
    request_id: str


class Picture(NamedTuple):
    """A full snapshot of a page as a recording holds it: `page` is its address, `viewport` in CSS pixels."""

    view: View
    address: str
    width: int
    height: int
    at: int
    first: bool  # taken when the page view began, before anything was opened on it
    event: bytes


class Meta(msgspec.Struct):
    """The data of rrweb's Meta event."""

    href: str = ""
    width: float = 0
    height: float = 0


class GapWhy(msgspec.Struct):
    """What a heatwake.gap says."""

    why: str = ""


class Gap(msgspec.Struct):
    """The data of a custom event that the recorder tells of itself."""

    tag: str
    payload: GapWhy


class Chunks(NamedTuple):
    """What the batch's recordings come to."""

    rows: list[NewChunk]
    blobs: list[Blob]
    pictures: list[Picture]
    assets: list[NamedAsset]
    scrubbed: int  # events in which something personal was left


def fold_chunks(
    arrivals: Iterable[Arrival],
    masks: Mapping[int, Privacy] | None = None,
    strings: Callable[[int, str], Iterable[str]] | None = None,
) -> Chunks:
    """Pack the chunks of all arrivals of channel r and count them in their sessions. `masks`: what sites mask, by id,
    of those that are not at the usual level; an open one shows what its pages say as it is. `strings`: the addresses
    that a project's string shows, by its hash: of those that trackers only name."""
    rows: list[NewChunk] = []
    blobs: list[Blob] = []
    pictures: list[Picture] = []
    assets: list[NamedAsset] = []
    scrubbed = 0
    for arrival in arrivals:
        if arrival.request.channel == "r":
            chunk = chunk_of(arrival.request)
            masking = masks.get(arrival.request.record.site_id, USUAL) if masks else USUAL
            if masking != "open":
                before = chunk
                chunk = [_scrubbed(event) for event in before]
                scrubbed += sum(one is not other for one, other in zip(chunk, before, strict=True))
            request, _, skew_ms = arrival
            times = [corrected(event.timestamp, skew_ms, request.received_ms) for event in chunk]
            shown = _shown(arrival.view.project_id, chunk, strings)
            row, blob = _fold(arrival, chunk, times, shown)
            assets += shown
            rows.append(row._replace(masking=masking))
            blobs.append(blob)
            pictures += _pictures(arrival, chunk, times)
    return Chunks(rows, blobs, pictures, assets, scrubbed)


def _shown(
    project_id: int, chunk: Sequence[RecordingEvent], strings: Callable[[int, str], Iterable[str]] | None
) -> list[NamedAsset]:
    """What the chunk's events show beside their text."""
    data = [bytes(event.data) for event in chunk]
    addresses = dict.fromkeys(shown_in(data))
    if strings:
        for hash in sorted({hash for one in data for hash in named_in(one)}):
            addresses.update(dict.fromkeys(strings(project_id, hash)))
    return [NamedAsset(project_id, address_hash(one), one) for one in addresses]


def _scrubbed(event: RecordingEvent) -> RecordingEvent:
    """The event, or another one in its place without what is personal."""
    data = bytes(event.data)
    told = scrub.recorded(data)
    return event if told is data else RecordingEvent(event.type, event.timestamp, msgspec.Raw(told))


def _fold(
    arrival: Arrival, chunk: Sequence[RecordingEvent], times: Sequence[int], shown: Sequence[NamedAsset]
) -> tuple[NewChunk, Blob]:
    request, view, skew_ms = arrival
    session, seq = view.session_, request.seq
    first_ms, last_ms = min(times), max(times)
    packed = _pack_chunk(
        b"["
        + b",".join(
            [
                b'{"type":%d,"timestamp":%d,"data":%b}' % (event.type, at, event.data)
                for event, at in zip(chunk, times, strict=True)
            ]
        )
        + b"]"
    )
    key = blob_key(session.project_id, session.day, session.session, view.page_view, seq)
    session.recording_bytes += len(packed)
    session.recording_events += len(times)
    for whole in (view, session):
        whole.started_ms = min(whole.started_ms, first_ms)
        whole.ended_ms = max(whole.ended_ms, last_ms)
    row = NewChunk(
        session.project_id,
        session.day,
        session.session,
        view.page_view,
        seq,
        key,
        len(packed),
        request.raw_bytes,
        len(times),
        first_ms,
        last_ms,
        skew_ms,
        _gaps(chunk, times),
        " ".join(str(at) for event, at in zip(chunk, times, strict=True) if event.type == FULL_SNAPSHOT),
        assets=tuple(asset.address_hash for asset in shown),
    )
    return row, Blob(key, packed, request.request_id)


def _gaps(chunk: Sequence[RecordingEvent], times: Sequence[int]) -> str:
    """Where the recorder says that it records nothing from here on, and why."""
    found: list[str] = []
    for event, at in zip(chunk, times, strict=True):
        if event.type == CUSTOM and GAP_TAG in bytes(event.data):
            try:
                told = msgspec.json.decode(event.data, type=Gap)
            except msgspec.MsgspecError:
                continue
            if told.tag == GAP_TAG.decode() and told.payload.why in GAPS and len(found) < MOST_GAPS:
                found.append(f"{at}:{told.payload.why}")
    return " ".join(found)


def _pictures(arrival: Arrival, chunk: Sequence[RecordingEvent], times: Sequence[int]) -> Iterable[Picture]:
    """The chunk's first full snapshot, with the viewport that the Meta event before it tells."""
    meta, view, first = Meta(), arrival.view, arrival.request.seq == 0
    for event, at in zip(chunk, times, strict=True):
        if event.type == META:
            try:
                meta = msgspec.json.decode(event.data, type=Meta)
            except msgspec.MsgspecError:
                continue
        elif event.type == FULL_SNAPSHOT:
            width, height = (min(max(int(side), 0), 20_000) for side in (meta.width, meta.height))
            yield Picture(view, address_of(meta.href) if meta.href else "", width, height, at, first, bytes(event.data))
            return


def pack_snapshot(event: bytes) -> tuple[str, bytes]:
    """(content address, packed bytes) of a snapshot event."""
    return pictures.address(event), _pack_snapshot(event)
