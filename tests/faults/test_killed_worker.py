"""`kill -9` at any time: what was acknowledged is counted, once; a bad record stops nobody."""

from __future__ import annotations

import gzip
import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from door import CLICK, PAGE, Door, Site, Visitor, events, new_site, until
from event_records import held, workers
from running_stack import Stack
from stored import Stored

from storage.blobs import open_blobs


@pytest.fixture
def site(stack: Stack) -> Site:
    return new_site(stack)


@pytest.fixture
def stored(stack: Stack, site: Site) -> Stored:
    return Stored(stack, site)


class Load(threading.Thread):
    """Visits of one browser after the other. Every request is repeated, with the same number, until it is acknowledged,
    and some are sent again although they were. Keeps what was acknowledged, by session."""

    def __init__(self, stack: Stack, site: Site, seed: int) -> None:
        super().__init__(name=f"load-{seed}")
        self._stack = stack
        self._site = site
        self._chance = random.Random(seed)
        self.ending = threading.Event()
        self.clicks: Counter[str] = Counter()
        self.chunks: Counter[str] = Counter()
        self.requests = 0

    def run(self) -> None:
        door = Door(self._stack)
        while not self.ending.is_set():
            visitor = Visitor()
            for number in range(5):
                self._acknowledged(
                    door, "e", visitor, number, events(*([PAGE, CLICK] if number == 0 else [CLICK, CLICK]))
                )
                self.clicks[visitor.session] += 1 if number == 0 else 2
            now = int(time.time() * 1000)
            chunk = [{"type": 3, "timestamp": now, "data": {"source": 0, "text": visitor.session * 40}}]
            self._acknowledged(door, "r", visitor, 0, gzip.compress(json.dumps(chunk).encode()))
            self.chunks[visitor.session] += 1
        door.close()

    def _acknowledged(self, door: Door, channel: str, visitor: Visitor, number: int, body: bytes) -> None:
        path = f"/c/{channel}?{visitor.query(self._site.key, number)}"
        again = self._chance.random() < 0.2
        while True:
            try:
                status = door.send(path, body).status
            except (OSError, http.client.HTTPException):
                status = 0
            if status == 204 and not again:
                break
            assert status in (0, 204, 502, 503), status
            again = again and status != 204
        self.requests += 1


@contextmanager
def load(stack: Stack, site: Site, threads: int = 3) -> Iterator[list[Load]]:
    """Browsers that send while the block runs."""
    loads = [Load(stack, site, seed) for seed in range(threads)]
    for one in loads:
        one.start()
    try:
        yield loads
    finally:
        for one in loads:
            one.ending.set()
        for one in loads:
            one.join()


def assert_each_counts_once(stack: Stack, stored: Stored, loads: list[Load]) -> None:
    """All that was acknowledged is in the rollups, in none of them twice."""
    clicks = sum((one.clicks for one in loads), Counter[str]())
    chunks = sum((one.chunks for one in loads), Counter[str]())
    until(lambda: stored.ledger().get("accepted", 0) >= sum(one.requests for one in loads), "all to be counted")
    ledger = stored.ledger()
    assert ledger["accepted"] == sum(one.requests for one in loads)
    assert set(ledger) <= {"accepted", "duplicate", "unavailable"}
    sessions = stored.rows(
        "SELECT session_id, clicks, page_views, recording_events FROM sessions WHERE project_id = %s"
    )
    assert {session.hex: (clicked, views, events) for session, clicked, views, events in sessions} == {
        session: (clicked, 1, chunks[session]) for session, clicked in clicks.items()
    }
    assert dict(stored.rows("SELECT session_id, sum(clicks) FROM page_views WHERE project_id = %s GROUP BY 1")) == {
        session: clicked for session, clicked, _, _ in sessions
    }
    assert stored.rows("SELECT sum(chunks), sum(events) FROM recordings WHERE project_id = %s") == [
        (chunks.total(), chunks.total())
    ]
    assert stored.points() == clicks.total()
    assert stored.facts() == clicks.total() + len(clicks)
    keys = [key for (key,) in stored.rows("SELECT blob_key FROM recording_chunks WHERE project_id = %s")]
    kept = {key for key, _ in open_blobs(stack.settings).list(f"recordings/{stored.project_id}/")}
    assert set(keys) == kept
    assert len(keys) == len(kept) == chunks.total()


def committed(stored: Stored) -> int:
    return stored.ledger().get("accepted", 0)


def test_worker_killed_in_the_middle_of_a_load_loses_nothing_and_counts_nothing_twice(
    stack: Stack, site: Site, stored: Stored
) -> None:
    chance = random.Random(4)
    with load(stack, site) as loads:
        for _ in range(5):
            before = committed(stored)
            until(lambda before=before: committed(stored) > before, "the worker to commit", 120)
            # Somewhere in a batch: between its reads, its blobs, its transaction.
            threading.Event().wait(chance.uniform(0, 0.3))
            pid = stack.kill("worker-1")
            until(lambda pid=pid: stack.pid("worker-1") not in (None, pid), "the worker to be started again")
    assert_each_counts_once(stack, stored, loads)


def test_redis_and_postgres_killed_in_the_middle_of_a_load_lose_nothing(
    stack: Stack, site: Site, stored: Stored
) -> None:
    with load(stack, site) as loads:
        for store in ("redis", "postgres"):
            requests = sum(one.requests for one in loads)
            pid = stack.kill(store)
            until(lambda pid=pid, store=store: stack.pid(store) not in (None, pid), f"{store} to be started again")
            until(
                lambda requests=requests: sum(one.requests for one in loads) > requests + 20,
                "requests to be acknowledged again",
                120,
            )
    until(stored.reachable, "Postgres to answer again", 120)
    assert_each_counts_once(stack, stored, loads)


@contextmanager
def refusing(stack: Stack, user_ref: str) -> Iterator[None]:
    """The database refuses sessions of this user, as it would refuse a value that nobody foresaw."""
    check = f"ALTER TABLE sessions ADD CONSTRAINT poison CHECK (user_ref <> '{user_ref}') NOT VALID"
    with psycopg.connect(stack.settings.dsn("owner"), autocommit=True) as connection:
        connection.execute(check.encode())
        try:
            yield
        finally:
            connection.execute("ALTER TABLE sessions DROP CONSTRAINT poison")


def test_poisoned_records_are_buried_and_all_around_them_counts(stack: Stack, site: Site, stored: Stored) -> None:
    door, poison, kept = Door(stack), {"k": "identify", "t": 0, "id": f"poison of {site.key}"}, []
    with refusing(stack, str(poison["id"])):
        with held(stack, *workers(stack)):
            for number in range(30):
                visitor = Visitor()
                poisoned = number in (7, 19, 20)
                listed = (PAGE, poison) if poisoned else (PAGE,)
                assert door.send(f"/c/e?{visitor.query(site.key)}", events(*listed)).status == 204
                kept += [] if poisoned else [visitor.session]
        stored.until_ledger(accepted=27, poisoned=3)
        assert door.send(f"/c/e?{Visitor().query(site.key)}", events()).status == 204
        stored.until_ledger(accepted=28, poisoned=3)
    door.close()
    sessions = [session.hex for (session,) in stored.rows("SELECT session_id FROM sessions WHERE project_id = %s")]
    assert set(kept) < set(sessions)
    assert len(sessions) == 28
    letters = json.loads(stack.run("status", "--json").stdout)["dead_letters"]
    mine = [letter for letter in letters["newest"] if letter["reason"] == "poisoned" and "poison" in letter["error"]]
    assert len({letter["source"] for letter in mine}) == 3
