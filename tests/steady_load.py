"""A constant load from visitors who never have to send anything twice: every answer is kept, all must be 204."""

from __future__ import annotations

import http.client
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from door import CLICK, PAGE, Door, Site, Visitor, events, new_site, until
from running_stack import Stack
from stored import Stored

PER_VISIT = 20  # requests of one session: its page view with a click, then two clicks each


class SteadyLoad:
    """Visitors at once, each on a connection of its own that is kept as long as the edge keeps it."""

    def __init__(self, stack: Stack, visitors: int, pause_s: float) -> None:
        self._stack = stack
        self._pause_s = pause_s
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._browse, name=f"visitor-{number}") for number in range(visitors)]
        self.site: Site = new_site(stack)
        self.answers: Counter[str] = Counter()  # status and the error's code, or what happened instead of an answer
        self.clicks: Counter[str] = Counter()  # acknowledged, by session

    @property
    def acknowledged(self) -> int:
        return self.answers["204"]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join()

    def until_more(self, requests: int = 200) -> None:
        """Wait until so many more have been acknowledged."""
        wanted = self.acknowledged + requests
        until(lambda: self.acknowledged >= wanted, f"{requests} more requests, not {self.answers}, to be acknowledged")

    def assert_none_failed(self) -> None:
        assert set(self.answers) == {"204"}, self.answers

    def assert_each_is_stored_once(self, stored: Stored) -> None:
        """What was acknowledged is in the ledger and in the rollups, in none of them twice."""
        until(
            lambda: stored.ledger().get("accepted", 0) >= self.acknowledged, f"{self.acknowledged} to be counted", 120
        )
        assert stored.ledger()["accepted"] == self.acknowledged
        sessions = stored.rows("SELECT session_id, clicks FROM sessions WHERE project_id = %s")
        assert {session.hex: clicks for session, clicks in sessions} == dict(self.clicks)
        assert stored.points() == self.clicks.total()

    def _browse(self) -> None:
        door = Door(self._stack)
        while not self._ending.is_set():
            visitor = Visitor()
            for number in range(PER_VISIT):
                listed = (PAGE, CLICK) if number == 0 else (CLICK, CLICK)
                answer = self._send(door, visitor, number, events(*listed))
                with self._lock:
                    self.answers[answer] += 1
                    if answer == "204":
                        self.clicks[visitor.session] += len(listed) - (number == 0)
                if self._ending.wait(self._pause_s):
                    break
        door.close()

    def _send(self, door: Door, visitor: Visitor, number: int, body: bytes) -> str:
        try:
            answer = door.send(f"/c/e?{visitor.query(self.site.key, number)}", body)
            return f"{answer.status} {answer.code}".rstrip()
        except (OSError, http.client.HTTPException) as error:
            return repr(error)


@contextmanager
def steady_load(stack: Stack, visitors: int = 8, pause_s: float = 0.03) -> Iterator[SteadyLoad]:
    """Visitors who send while the block runs; at its end every request has been answered 204 and is stored once."""
    load = SteadyLoad(stack, visitors, pause_s)
    load.start()
    try:
        load.until_more()
        yield load
    finally:
        load.stop()
    load.assert_none_failed()
    load.assert_each_is_stored_once(Stored(stack, load.site))
