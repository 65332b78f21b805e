"""Cursors of the session list: where a page ended, as text that addresses can carry; and what the orders mean."""

from __future__ import annotations

import base64
import binascii
import uuid
from typing import Final

import msgspec

from storage.session_index import SessionDoc, Sort

ORDERS: Final[tuple[Sort, ...]] = ("newest", "oldest", "longest", "most_clicks", "most_pages")
# What can stand in a cursor that was given out: microseconds until the year 3554, and counts of 32 bits.
_LARGEST: Final[dict[Sort, int]] = {
    "newest": 5 * 10**16,
    "oldest": 5 * 10**16,
    "longest": 5 * 10**16,
    "most_clicks": 2**31,
    "most_pages": 2**31,
}


class Place(msgspec.Struct, frozen=True, array_like=True):
    """The last session of a page: its value of what is sorted by (times and durations in microseconds) and its id."""

    sort: Sort
    value: int
    session_id: uuid.UUID


def value(doc: SessionDoc, sort: Sort) -> int:
    """What the document is sorted by; times as unix time and durations in microseconds."""
    if sort in ("newest", "oldest"):
        return round(doc.started_at.timestamp() * 1_000_000)
    if sort == "longest":
        return round((doc.ended_at - doc.started_at).total_seconds() * 1_000_000)
    return doc.clicks if sort == "most_clicks" else doc.page_views


def write(doc: SessionDoc, sort: Sort) -> str:
    """The cursor behind `doc`."""
    packed = msgspec.json.encode(Place(sort, value(doc, sort), doc.session_id))
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read(cursor: str, sort: Sort) -> Place:
    """Where the page before ended. Raises ValueError if this cursor was not given out for a list in this order."""
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        place = msgspec.json.decode(packed, type=Place)
    except (binascii.Error, UnicodeError, ValueError, msgspec.MsgspecError) as error:
        raise ValueError("not a cursor of this list") from error
    if place.sort != sort or abs(place.value) >= _LARGEST[sort]:
        raise ValueError("not a cursor of a list in this order")
    return place


def checked_limit(limit: int) -> int:
    """`limit`. Raises ValueError if a page can't be that long."""
    if not 1 <= limit <= 500:
        raise ValueError(f"a page has 1 to 500 sessions, not {limit}")
    return limit
