"""Sessions end by the server's clock, and what comes late, twice or out of order still finds the one it belongs to."""

from __future__ import annotations

import json
import time
import uuid
import zlib
from typing import Any

import psycopg
import pytest
from door import CLICK, PAGE, Door, Site, Visitor, events, until
from running_stack import Stack
from stored import Stored

from collector.records import Record, framed
from collector.worker.silences import continuation_of
from storage.event_stream import open_event_stream
from storage.postgres import Database
from storage.session_removal import days_of, remove_in

MINUTE_MS = 60_000


class Past:
    """Requests that the collector took in some hours ago, as they stand in the stream."""

    def __init__(self, stack: Stack, site: Site, visitor: Visitor) -> None:
        self._stream = open_event_stream(stack.settings)
        self._site, self._visitor = site, visitor
        self._shard = zlib.crc32(visitor.session.encode()) % stack.settings.collector.shards
        self._began_ms = int(time.time() * 1000) - 300 * MINUTE_MS

    def request(self, minute: int, view: Visitor, number: int, *listed: dict[str, Any], clock_ms: int = 0) -> bytes:
        """Request `number` of a page view, taken in at this minute; the browser's clock is off by `clock_ms`."""
        received = self._began_ms + minute * MINUTE_MS
        sent = received + clock_ms
        body = json.dumps({"e": [{**event, "t": sent} for event in listed]}).encode()
        query = view.query(self._site.key, number, s=self._visitor.session, t=str(sent)).encode()
        return framed(Record("e", self._site.project_id, 1, received, "00" * 8, b"", query, body))

    def append(self, *requests: bytes) -> None:
        """Into the stream, in this order."""
        self._stream.append(self._shard, b"".join(requests))


def clicks(stored: Stored) -> dict[str, tuple[int, int]]:
    """(page views, clicks) by session."""
    rows = stored.rows("SELECT session_id, page_views, clicks FROM sessions WHERE project_id = %s")
    return {session.hex: (views, clicked) for session, views, clicked in rows}


@pytest.mark.parametrize("at_once", [True, False], ids=["one batch", "batch by batch"])
def test_half_an_hour_of_silence_ends_a_session_and_late_requests_find_the_old_one(
    stack: Stack, site: Site, stored: Stored, at_once: bool
) -> None:
    first, second, third = Visitor(), Visitor(), Visitor()
    past = Past(stack, site, first)
    requests = [
        past.request(0, first, 0, PAGE, CLICK),
        past.request(29, first, 1, CLICK),
        past.request(60, second, 0, PAGE, CLICK, clock_ms=-7_200_000),
        past.request(61, first, 2, CLICK),  # it waited for an hour in the browser
        past.request(62, first, 1, CLICK),  # a retry of what has been counted
        past.request(80, third, 0, PAGE),
        past.request(90, second, 1, CLICK, CLICK),
    ]
    if at_once:
        past.append(*requests)
    else:
        for number, request in enumerate(requests):
            past.append(request)
            until(lambda number=number: sum(stored.ledger().values()) > number, "a batch with the request")
    stored.until_ledger(accepted=6, duplicate=1)
    assert clicks(stored) == {
        first.session: (1, 3),
        continuation_of(first.session, int(second.page_view, 16)): (2, 3),
    }
    until(
        lambda: stored.rows("SELECT count(*) FROM sessions WHERE project_id = %s AND closed_at IS NULL") == [(0,)],
        "both sessions to be closed",
    )
    past.append(past.request(91, third, 1, CLICK))
    stored.until_ledger(accepted=7, duplicate=1)
    assert clicks(stored)[continuation_of(first.session, int(second.page_view, 16))] == (2, 4)


def test_requests_of_many_batches_in_any_order_count_once_each(stack: Stack, site: Site, stored: Stored) -> None:
    visitor = Visitor()
    past = Past(stack, site, visitor)
    for number, counted in ((3, 1), (1, 2), (4, 3), (0, 4), (2, 5)):
        request = past.request(number, visitor, number, *([PAGE, CLICK] if number == 0 else [CLICK]))
        past.append(request)
        stored.until_ledger(accepted=counted)
    past.append(*(past.request(9, visitor, number, CLICK) for number in range(5)))
    stored.until_ledger(accepted=5, duplicate=5)
    assert clicks(stored) == {visitor.session: (1, 5)}
    views = stored.rows("SELECT clicks, events_seq, events_ahead FROM page_views WHERE project_id = %s")
    assert views == [(5, 5, [])]


def test_session_that_was_removed_while_it_went_on_begins_anew(stack: Stack, site: Site, stored: Stored) -> None:
    visitor, door = Visitor(), Door(stack)
    assert door.send(f"/c/e?{visitor.query(site.key, 0)}", events(PAGE, CLICK)).status == 204
    stored.until_ledger(accepted=1)
    database, session = Database(stack.settings, "worker", size=1), uuid.UUID(visitor.session)
    with database.transaction() as connection:
        remove_in(connection, site.project_id, [session], days_of(connection, site.project_id, [session]))
    assert door.send(f"/c/e?{visitor.query(site.key, 1)}", events(CLICK, CLICK)).status == 204
    stored.until_ledger(accepted=2)
    assert clicks(stored) == {visitor.session: (0, 2)}
    door.close()
    database.close()


def test_session_removed_while_a_request_waits_for_its_page_event_leaves_nothing_behind(
    stack: Stack, site: Site, stored: Stored
) -> None:
    visitor, door = Visitor(), Door(stack)
    waiting = "SELECT session_id, seq FROM early_requests WHERE project_id = %s"
    overtaker = f"/c/e?{visitor.query(site.key, 1)}"
    assert door.send(overtaker, events(CLICK)).status == 204
    stored.until_ledger(accepted=1)
    session = uuid.UUID(visitor.session)
    assert stored.rows(waiting) == [(session, 1)]
    database = Database(stack.settings, "worker", size=1)
    with database.transaction() as connection:
        remove_in(connection, site.project_id, [session], days_of(connection, site.project_id, [session]))
    database.close()
    assert stored.rows(waiting) == []
    for number, path in ((2, f"/c/e?{visitor.query(site.key, 2)}"), (3, overtaker)):  # the second is a browser's retry
        assert door.send(path, events(CLICK)).status == 204
        stored.until_ledger(accepted=number)
    assert door.send(f"/c/e?{visitor.query(site.key, 0)}", events(PAGE)).status == 204
    stored.until_ledger(accepted=4)
    assert clicks(stored) == {visitor.session: (1, 2)}
    assert (stored.rows(waiting), stored.points()) == ([], 2)
    door.close()


def test_request_that_waits_already_is_no_obstacle_to_the_same_again(stack: Stack, site: Site, stored: Stored) -> None:
    visitor, door = Visitor(), Door(stack)
    overtaker = f"/c/e?{visitor.query(site.key, 1)}"
    assert door.send(overtaker, events(CLICK)).status == 204
    stored.until_ledger(accepted=1)
    with psycopg.connect(stack.settings.dsn("worker")) as connection:  # an earlier version removed no more than these
        for table in ("page_views", "sessions"):
            connection.execute(f"DELETE FROM {table} WHERE project_id = %s".encode(), (site.project_id,))
    for number, path in ((2, f"/c/e?{visitor.query(site.key, 2)}"), (3, overtaker)):
        assert door.send(path, events(CLICK)).status == 204
        stored.until_ledger(accepted=number)
    assert stored.rows("SELECT seq FROM early_requests WHERE project_id = %s ORDER BY seq") == [(1,), (2,)]
    door.close()


def test_chunk_whose_row_was_left_behind_is_a_dead_letter_and_all_around_it_counts(
    stack: Stack, site: Site, stored: Stored
) -> None:
    visitor, door = Visitor(), Door(stack)
    now = int(time.time() * 1000)
    chunk = json.dumps([{"type": 3, "timestamp": now, "data": {"source": 1, "positions": []}}]).encode()
    recorded = f"/c/r?{visitor.query(site.key, 0)}"
    assert door.send(recorded, chunk).status == 204
    stored.until_ledger(accepted=1)
    with psycopg.connect(stack.settings.dsn("worker")) as connection:  # by hand, not as a session is removed
        for table in ("page_views", "sessions"):
            connection.execute(f"DELETE FROM {table} WHERE project_id = %s".encode(), (site.project_id,))
    assert door.send(f"/c/e?{visitor.query(site.key, 0)}", events(PAGE)).status == 204
    stored.until_ledger(accepted=2)
    assert door.send(recorded, chunk).status == 204
    assert door.send(f"/c/e?{visitor.query(site.key, 1)}", events(CLICK)).status == 204
    stored.until_ledger(accepted=3, poisoned=1)
    assert clicks(stored) == {visitor.session: (1, 1)}
    door.close()
