"""Page views as the worker writes them: which of their requests have been counted, and what a batch adds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from storage import columns
from storage.postgres import Connection, statement
from storage.sessions import Gone


class KnownView(NamedTuple):
    """`page_id` None: the page event has not arrived. `*_seq`, `*_ahead`: see migration 0015."""

    page_id: int | None
    viewport_w: int
    events_seq: int
    events_ahead: Sequence[int]
    recording_seq: int
    recording_ahead: Sequence[int]


class ViewDelta(Protocol):
    """What a batch adds to a page view. Times in unix ms; `*_seq` and `*_ahead` are whole, all else is added."""

    page_view: int
    page_id: int | None
    url: str
    title: str
    referrer: str
    started_ms: int
    ended_ms: int
    viewport_w: int
    viewport_h: int
    document_h: int
    scroll_pct: int
    clicks: int

    @property
    def project_id(self) -> int: ...

    @property
    def day(self) -> str: ...

    @property
    def session(self) -> str: ...

    @property
    def device(self) -> int: ...

    @property
    def events_seq(self) -> int: ...

    @property
    def events_ahead(self) -> list[int]: ...

    @property
    def recording_seq(self) -> int: ...

    @property
    def recording_ahead(self) -> list[int]: ...


def known(connection: Connection, wanted: Sequence[tuple[int, str, str, int]]) -> dict[int, KnownView]:
    """Those of the (project, day, session, page view) that exist, by their position in `wanted`."""
    if not wanted:
        return {}
    days = [day for _, day, _, _ in wanted]
    rows = connection.execute(
        statement("page_views.known"),
        {
            "project_id": columns.numbers([project for project, _, _, _ in wanted]),
            "day": columns.words(days),
            "session_id": columns.uuids([session for _, _, session, _ in wanted]),
            "page_view_id": columns.numbers([view for _, _, _, view in wanted]),
            "first": min(days),
            "last": max(days),
        },
    ).fetchall()
    return {n - 1: KnownView(*rest) for n, *rest in rows}


def add(connection: Connection, deltas: Sequence[ViewDelta]) -> None:
    """Keep page views that begin. Raises psycopg.errors.UniqueViolation for one that is there."""
    if deltas:
        connection.execute(
            statement("page_views.insert"),
            _counted(deltas)
            | _page(deltas)
            | {
                "day": columns.words([one.day for one in deltas]),
                "device": columns.numbers([one.device for one in deltas]),
            },
        )


def update(connection: Connection, deltas: Sequence[ViewDelta]) -> None:
    """Add to page views that are there, different ones. Raises Gone if one is not."""
    paged: dict[str, list[ViewDelta]] = {}
    plain: dict[str, list[ViewDelta]] = {}
    for one in deltas:
        # A batch that brings no page event has no address to tell.
        (paged if one.url else plain).setdefault(one.day, []).append(one)
    for name, by_day in (("page_views.update", paged), ("page_views.touch", plain)):
        for day, rows in by_day.items():
            values = _counted(rows) | (_page(rows) if by_day is paged else {}) | {"day": day}
            found = connection.execute(statement(name), values).rowcount
            if found != len(rows):
                raise Gone(f"{len(rows) - found} of {len(rows)} page views of {day} are not there any more")


def _counted(deltas: Sequence[ViewDelta]) -> dict[str, str | bytes]:
    return {
        "project_id": columns.numbers([one.project_id for one in deltas]),
        "session_id": columns.uuids([one.session for one in deltas]),
        "page_view_id": columns.numbers([one.page_view for one in deltas]),
        "started_ms": columns.numbers([one.started_ms for one in deltas]),
        "ended_ms": columns.numbers([one.ended_ms for one in deltas]),
        "document_h": columns.numbers([one.document_h for one in deltas]),
        "scroll_pct": columns.numbers([one.scroll_pct for one in deltas]),
        "clicks": columns.numbers([one.clicks for one in deltas]),
        "events_seq": columns.numbers([one.events_seq for one in deltas]),
        "events_ahead": _ranges([one.events_ahead for one in deltas]),
        "recording_seq": columns.numbers([one.recording_seq for one in deltas]),
        "recording_ahead": _ranges([one.recording_ahead for one in deltas]),
    }


def _page(deltas: Sequence[ViewDelta]) -> dict[str, str | bytes]:
    return {
        "page_id": columns.numbers([one.page_id for one in deltas]),
        "url": columns.texts([one.url for one in deltas]),
        "title": columns.texts([one.title for one in deltas]),
        "referrer": columns.texts([one.referrer for one in deltas]),
        "viewport_w": columns.numbers([one.viewport_w for one in deltas]),
        "viewport_h": columns.numbers([one.viewport_h for one in deltas]),
    }


def _ranges(listed: Sequence[Sequence[int]]) -> str:
    """Lists of numbers as text, NULL for an empty one: nearly all are."""
    return "{" + ",".join([f'"{columns.numbers(one)}"' if one else "NULL" for one in listed]) + "}"
