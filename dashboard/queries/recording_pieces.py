"""A recording by and by, as the player reads it: the part of it that is needed first, then the rest, paged by time.

Times are ms since the recording's beginning. A piece is a stretch of one page view's events; those of several tabs lie
side by side in time, and the player joins them.
"""

from __future__ import annotations

import uuid

import msgspec

from dashboard.auth.access import Access
from dashboard.queries.recordings import session_of
from dashboard.services import current
from storage import recording_parts
from storage import recordings as reads
from storage.recording_parts import Part

FIRST_BYTES = 300_000  # of JSON, with the moment that is to be shown: what the first picture waits for
NEXT_BYTES = 1_500_000
MOST_BYTES = 24_000_000


class Piece(msgspec.Struct, frozen=True):
    """Events of one page view, in order; `seq` counts its pieces, from 0, and one that is missing was lost."""

    page_view: str
    seq: int
    from_ms: int
    until_ms: int
    events: msgspec.Raw


class Pieces(msgspec.Struct, frozen=True):
    """A page of pieces in the order of their beginning, with every one that begins from `from_ms` until `next_ms`.

    `begins_at`: unix ms; `next_ms` None: these were the last; `open`: the visitor may still be there, more may come.
    """

    begins_at: int
    length_ms: int
    open: bool
    from_ms: int
    next_ms: int | None
    pieces: list[Piece]


def recording_pieces(
    access: Access, session_id: uuid.UUID, from_ms: int | None = None, at_ms: int | None = None
) -> Pieces:
    """The pieces from `from_ms` on; with `at_ms` instead those by which that moment's page can be shown.

    Raises UnknownRecording.
    """
    access.demand("recording")
    with current().database.transaction(access.projects) as connection:
        doc = session_of(connection, access, session_id)
        still = reads.is_open(connection, access.project_id, doc.day, session_id)
        found = recording_parts.stored(connection, access.project_id, session_id)
    parts = recording_parts.parts(current().blobs, found)
    if not parts:
        return Pieces(round(doc.started_at.timestamp() * 1000), 0, still, 0, None, [])
    begins = parts[0].first_ms
    begin, needed = (from_ms or 0), -1
    if at_ms is not None:
        begin, needed = _opening(parts, begins + at_ms) - begins, at_ms
    wanted = [part for part in parts if part.first_ms >= begins + begin]
    page = _page(wanted, begins + needed, NEXT_BYTES if at_ms is None else FIRST_BYTES)
    return Pieces(
        begins_at=begins,
        length_ms=max(part.last_ms for part in parts) - begins,
        open=still,
        from_ms=begin,
        next_ms=wanted[len(page)].first_ms - begins if len(page) < len(wanted) else None,
        pieces=[
            Piece(
                str(part.page_view),
                part.seq,
                part.first_ms - begins,
                part.last_ms - begins,
                msgspec.Raw(b"[" + b"".join(recording_parts.readable([part])) + b"]"),
            )
            for part in page
        ],
    )


def _opening(parts: list[Part], at: int) -> int:
    """Where the page view begins that was opened last at this moment."""
    begun: dict[int, int] = {}
    for part in parts:
        begun.setdefault(part.page_view, part.first_ms)
    return max((first for first in begun.values() if first <= at), default=parts[0].first_ms)


def _page(parts: list[Part], needed: int, most: int) -> list[Part]:
    """The first of `parts`: as many as are needed up to that moment, then up to `most` bytes.

    Never none, and all that begin at one moment, so that the next page begins behind them.
    """
    size = 0
    for number, part in enumerate(parts):
        full = size + part.raw > (MOST_BYTES if part.first_ms <= needed else most)
        if full and number and part.first_ms > parts[number - 1].first_ms:
            return parts[:number]
        size += part.raw
    return parts
