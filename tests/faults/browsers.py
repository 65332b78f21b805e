"""A load of real requests: browsers that visit sites and send, each request again under its number until it is
acknowledged, as the tracker does. What was sent, and every answer to it, is kept for the books."""

from __future__ import annotations

import gzip
import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from door import CLICK, PAGE, Door, Site, Visitor, events
from running_stack import Stack

ACKNOWLEDGED = 204
NO_ANSWER = 0  # the connection broke or nobody listened: whether it was stored is in doubt
COMES_BACK = frozenset({NO_ANSWER, 502, 503, 504})  # answers after which a tracker sends the same again
WAIT_S = 0.1  # between two attempts; a tracker waits longer
GIVES_UP_S = 60.0  # after the end of the load: what is not acknowledged by then stays in doubt
AGAIN = 0.1  # of the acknowledged requests are sent once more, as by a browser that did not get the answer
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"


@dataclass(slots=True)
class Request:
    """One request under its number, and the answers to all attempts to send it."""

    site: Site
    visitor: Visitor
    channel: str
    number: int
    body: bytes
    clicks: int = 0
    chunks: int = 0
    answers: list[int] = field(default_factory=list)

    @property
    def acknowledged(self) -> bool:
        return ACKNOWLEDGED in self.answers


def visit(site: Site) -> Iterator[Request]:
    """The requests of one session: two page views, each with four batches of interactions and two recording chunks."""
    first = Visitor()
    for visitor in (first, Visitor(session=first.session, visitor=first.visitor)):
        for number in range(4):
            listed = (PAGE, CLICK) if number == 0 else (CLICK, CLICK, CLICK)
            yield Request(site, visitor, "e", number, events(*listed), clicks=len(listed) - (number == 0))
            if number % 2:
                chunk = [{"type": 3, "timestamp": int(time.time() * 1000), "data": {"source": 0, "text": "x" * 900}}]
                yield Request(site, visitor, "r", number // 2, gzip.compress(json.dumps(chunk).encode()), chunks=1)


class Browsers:
    """Some browsers at once, together at most `per_second` requests. A context: they send while the block runs, and are
    done, each with an acknowledged request, when it has ended."""

    def __init__(self, stack: Stack, sites: Sequence[Site], at_once: int = 24, per_second: float = 300) -> None:
        self._stack = stack
        self._sites = sites
        self.at_once = at_once
        self._pause_s = at_once / per_second
        self._ending = threading.Event()
        self.rushing = threading.Event()  # while set they send without a pause
        self._ended_at = 0.0
        self._gives_up_s = GIVES_UP_S
        self._lock = threading.Lock()
        self._in_flight = 0
        self._threads = [
            threading.Thread(target=self._browse, args=(number,), name=f"browser-{number}") for number in range(at_once)
        ]
        self.requests: list[Request] = []
        self.answers: Counter[int] = Counter()
        self._acknowledged = 0

    def __enter__(self) -> Browsers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended_at = time.monotonic()
        self._ending.set()
        for thread in self._threads:
            thread.join()

    def give_up(self) -> None:
        """End at once, whether what is under way is acknowledged or not."""
        self._gives_up_s = 0.0
        self.__exit__()

    @property
    def in_flight(self) -> int:
        """Requests that have been sent and not answered."""
        return self._in_flight

    @property
    def acknowledged(self) -> int:
        """Requests (not attempts) that have been acknowledged."""
        return self._acknowledged

    @property
    def turned_back(self) -> int:
        """Attempts that were refused for now or had no answer."""
        return sum(count for answer, count in self.answers.items() if answer != ACKNOWLEDGED)

    def _browse(self, number: int) -> None:
        door, chance = Door(self._stack), random.Random(number)
        while not self._ending.is_set():
            number += 1
            for request in visit(self._sites[number % len(self._sites)]):
                with self._lock:
                    self.requests.append(request)
                self._send_until_acknowledged(door, request)
                if chance.random() < AGAIN:
                    self._send(door, request)
                if self._ending.wait(0 if self.rushing.is_set() else self._pause_s * chance.uniform(0.5, 1.5)):
                    break
        door.close()

    def _send_until_acknowledged(self, door: Door, request: Request) -> None:
        while self._send(door, request) in COMES_BACK:
            if self._ended_at and time.monotonic() > self._ended_at + self._gives_up_s:
                return
            time.sleep(WAIT_S)
        with self._lock:
            self._acknowledged += request.acknowledged

    def _send(self, door: Door, request: Request) -> int:
        path = f"/c/{request.channel}?{request.visitor.query(request.site.key, request.number)}"
        with self._lock:
            self._in_flight += 1
        try:
            answer = door.send(path, request.body, headers={"User-Agent": USER_AGENT}).status
        except (OSError, http.client.HTTPException):
            answer = NO_ANSWER
        with self._lock:
            self._in_flight -= 1
            request.answers.append(answer)
            self.answers[answer] += 1
        return answer
