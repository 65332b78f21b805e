"""The receipt of a recording: what of it is missing, and why, as far as it is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import msgspec

from storage.assets import MISSING, Missing, MissingAsset
from storage.blobs import BlobCorrupt, BlobMissing
from storage.recording_pack import BadPack
from storage.recording_parts import Part
from storage.recordings import Chunk, PageViewRow

Kind = Literal["lost", "blob_missing", "blob_damaged", "not_recorded", "busy", "idle", "minute", "session"]
REASONS: Final[Mapping[str, str]] = {
    "lost": "chunks never arrived",
    "blob_missing": "no longer in the blob store",
    "blob_damaged": "damaged in the blob store",
    "busy": "the page changed too fast, so the recorder looked away to leave the page its speed",
    "idle": "nobody did anything for five minutes",
    "minute": "the bytes of a minute were spent",
    "session": "the bytes of a session were spent",
}
NOT_RECORDED: Final[Mapping[str, str]] = {
    "run_out": "its time to be kept has run out",
    "off": "recording is switched off for the site",
    "short": "the visitor left before the recorder had loaded",
    "session": "the bytes of a session were spent on the pages before",
    "unknown": "no chunk of it arrived: the recorder was blocked, or the visitor went offline",
}
SHORT_MS: Final = 5_000  # in which a visitor can leave before the recorder has loaded and sent
TOLD: Final = 20  # addresses of missing assets
CHECKED: Final = 200  # parts whose bytes are read to see whether they are whole


class Gap(msgspec.Struct, frozen=True):
    """What a recording lacks of a page view: `missing` chunks, or all that was between `at_ms` and `duration_ms` later,
    which count from the session's start; null where that is not known. Kinds from `busy` on: the recorder's words."""

    page_view: int
    missing: int
    reason: str
    kind: Kind = "lost"
    at_ms: int | None = None
    duration_ms: int | None = None


class LackingAssets(msgspec.Struct, frozen=True):
    """Pictures, fonts and stylesheets that a replay lacks for one reason: their addresses, and how many they are.

    `kind`: `blocked_address`, `too_large`, `wrong_type`, `unreachable`, `over_quota`, or `waiting` for those that may
    still come; `reason` says it. Of more than TOLD addresses the first are told.
    """

    kind: Missing
    reason: str
    count: int
    addresses: list[str]


def lacking(missing: Sequence[MissingAsset]) -> list[LackingAssets]:
    """What a replay lacks of what its pages show, by reason, the commonest first."""
    by_kind: dict[Missing, list[str]] = {}
    for one in missing:
        by_kind.setdefault(one.reason, []).append(one.address)
    found = [(kind, sorted(set(each))) for kind, each in by_kind.items()]
    return [
        LackingAssets(kind, MISSING[kind], len(each), each[:TOLD])
        for kind, each in sorted(found, key=lambda one: (-len(one[1]), one[0]))
    ]


def gaps(
    views: Sequence[PageViewRow],
    chunks: Sequence[Chunk],
    parts: Sequence[Part],
    started_ms: int,
    recording_off: bool,
    run_out: bool,
) -> list[Gap]:
    """All that is missing, page view by page view in their order. `parts`: in which the chunks' events lie."""
    found = [*_lost(chunks), *_unreadable(parts), *_told(views, chunks, started_ms)]
    found += _unrecorded(views, chunks, started_ms, recording_off, run_out)
    order = {view.page_view_id: number for number, view in enumerate(views)}
    return sorted(found, key=lambda gap: (order.get(gap.page_view, len(order)), gap.at_ms or 0))


def _by_view(chunks: Sequence[Chunk]) -> dict[int, list[Chunk]]:
    found: dict[int, list[Chunk]] = {}
    for chunk in chunks:
        found.setdefault(chunk.page_view_id, []).append(chunk)
    return found


def _lost(chunks: Sequence[Chunk]) -> list[Gap]:
    """Sequence numbers that are missing below the highest of each page view."""
    missing = {view: max(one.seq for one in own) + 1 - len(own) for view, own in _by_view(chunks).items()}
    return [Gap(view, number, REASONS["lost"]) for view, number in missing.items() if number]


def _unreadable(parts: Sequence[Part]) -> list[Gap]:
    """What arrived and whose bytes are gone or damaged; none while the store can't be asked."""
    found: dict[tuple[int, Kind], int] = {}
    try:
        for part in parts[:CHECKED]:
            try:
                part.events()
            except (BlobMissing, BlobCorrupt, BadPack) as error:
                kind: Kind = "blob_missing" if isinstance(error, BlobMissing) else "blob_damaged"
                found[part.page_view, kind] = found.get((part.page_view, kind), 0) + 1
    except OSError:
        return []
    return [Gap(view, number, REASONS[kind], kind) for (view, kind), number in found.items()]


def _told(views: Sequence[PageViewRow], chunks: Sequence[Chunk], started_ms: int) -> list[Gap]:
    """Gaps that the recorder itself has told: each until the next full snapshot, or the end of its page view."""
    ends = {view.page_view_id: round(view.ended_at.timestamp() * 1000) for view in views}
    found = []
    for view, own in _by_view(chunks).items():
        snapshots = sorted(int(at) for chunk in own for at in chunk.full_snapshots.split())
        for told in (told for chunk in own for told in chunk.gaps.split()):
            at, _, why = told.partition(":")
            past = next((each for each in snapshots if each > int(at)), ends.get(view, int(at)))
            found.append(Gap(view, 0, REASONS[why], why, int(at) - started_ms, max(0, past - int(at))))  # type: ignore[arg-type]
    return found


def _unrecorded(
    views: Sequence[PageViewRow], chunks: Sequence[Chunk], started_ms: int, recording_off: bool, run_out: bool
) -> list[Gap]:
    """Page views that have no recording."""
    own_chunks, spent, found = _by_view(chunks), False, []
    for view in views:
        began, ended = (round(at.timestamp() * 1000) for at in (view.started_at, view.ended_at))
        own = own_chunks.get(view.page_view_id)
        if own is None:
            if run_out:
                why = "run_out"
            elif spent:
                why = "session"
            elif recording_off:
                why = "off"
            else:
                why = "short" if ended - began < SHORT_MS else "unknown"
            found.append(
                Gap(view.page_view_id, 0, NOT_RECORDED[why], "not_recorded", began - started_ms, ended - began)
            )
            continue
        spent = spent or any(told.endswith(":session") for chunk in own for told in chunk.gaps.split())
    return found
