"""Honest visitors whose requests come again, out of order and between each other: each counts exactly once."""

from __future__ import annotations

import random
from collections.abc import Iterator

from door import CLICK, PAGE, Visitor, events
from wire import Case

NUMBERS = 6  # requests of each visitor: the page event and a click each


class Jumbled:
    """`cases` in any order, and how they must be stored: (page views, clicks) by session."""

    def __init__(self, key: str, origin: str, host: str, visitors: int, seed: int) -> None:
        chance = random.Random(f"jumbled/{seed}")
        self.stored: dict[str, tuple[int, int]] = {}
        self.requests = visitors * NUMBERS
        self.repeated = 0
        self.cases: list[Case] = []
        for one in range(visitors):
            visitor = Visitor(chance.randbytes(16).hex(), chance.randbytes(6).hex(), chance.randbytes(16).hex())
            self.stored[visitor.session] = (1, NUMBERS - 1)
            for number, raw in enumerate(self._requests(visitor, key, origin, host)):
                times = chance.choice([1, 1, 2, 3])
                self.repeated += times - 1
                self.cases += [Case(f"jumbled/{seed}/{one}.{number}", raw)] * times
        chance.shuffle(self.cases)

    @staticmethod
    def _requests(visitor: Visitor, key: str, origin: str, host: str) -> Iterator[bytes]:
        for number in range(NUMBERS):
            body = events(CLICK) if number else events(PAGE)
            head = f"POST /c/e?{visitor.query(key, number)} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n"
            yield f"{head}Content-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
