"""Requests that overtook the page event of their page view; they wait here for it, an hour at most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from storage import columns
from storage.postgres import Connection, statement

MOST_AT_ONCE: Final = 1_000  # what is beyond waits until its hour is over


class TakenMeanwhile(OSError):
    """A row that was to be taken is gone: its hour was over. What was made of it must be made again without it."""


class EarlyRequest(NamedTuple):
    """A request of channel e as it was sent; session as 32 hex digits, times in unix ms, device as storage.devices."""

    project_id: int
    day: str
    session: str
    page_view: int
    seq: int
    device: int
    received_ms: int
    skew_ms: int
    body: bytes


def add(connection: Connection, requests: Sequence[EarlyRequest]) -> None:
    """Keep these; one that is kept already stays as it is."""
    if requests:
        connection.execute(
            statement("early_requests.add"),
            _keys(requests)
            | {
                "device": columns.numbers([one.device for one in requests]),
                "received_ms": columns.numbers([one.received_ms for one in requests]),
                "skew_ms": columns.numbers([one.skew_ms for one in requests]),
                "body": columns.blobs([one.body for one in requests]),
            },
        )


def of_views(connection: Connection, views: Sequence[tuple[int, str, str, int]]) -> list[EarlyRequest]:
    """Those of the (project, day, session, page view), in the order of their numbers; at most MOST_AT_ONCE."""
    if not views:
        return []
    project_id, day, session_id, page_view_id = zip(*views, strict=True)
    rows = connection.execute(
        statement("early_requests.of_views"),
        {
            "project_id": columns.numbers(project_id),
            "day": columns.words(day),
            "session_id": columns.uuids(session_id),
            "page_view_id": columns.numbers(page_view_id),
            "limit": MOST_AT_ONCE,
        },
    ).fetchall()
    return [EarlyRequest(*row) for row in rows]


def overdue(connection: Connection, before_ms: int, limit: int) -> list[EarlyRequest]:
    """The oldest of those that came before this time."""
    rows = connection.execute(statement("early_requests.overdue"), {"before_ms": before_ms, "limit": limit}).fetchall()
    return [EarlyRequest(*row) for row in rows]


def take(connection: Connection, requests: Sequence[EarlyRequest]) -> None:
    """Remove these, in the transaction that holds what came of them. Raises TakenMeanwhile if one is gone."""
    if requests:
        taken = connection.execute(statement("early_requests.take"), _keys(requests)).rowcount
        if taken != len(requests):
            raise TakenMeanwhile(f"{len(requests) - taken} early requests were taken by another worker")


def _keys(requests: Sequence[EarlyRequest]) -> dict[str, str | bytes]:
    return {
        "project_id": columns.numbers([one.project_id for one in requests]),
        "day": columns.words([one.day for one in requests]),
        "session_id": columns.uuids([one.session for one in requests]),
        "page_view_id": columns.numbers([one.page_view for one in requests]),
        "seq": columns.numbers([one.seq for one in requests]),
    }
