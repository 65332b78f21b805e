"""Hostile requests by a seeded chance, one function a level: query, body, headers, framing.

A case is made from its kind, seed and number alone (and the sites of the run), so that one can be made again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence

import chunk_bodies
import event_bodies
from door import Visitor
from framings import FRAMINGS
from strange_headers import HEADERS
from wire import Case
from wrong_queries import wrong_query

Bodies = dict[str, Callable[[random.Random], bytes]]
BODIES: Bodies = {"e": event_bodies.body, "r": chunk_bodies.body}
CRLF = "\r\n"


class Makers:
    """Makes cases for the sites with these keys, which take what comes from `origin`."""

    def __init__(self, keys: Sequence[str], origin: str, host: str, generation: int) -> None:
        self._keys, self._origin, self._host = keys, origin, host
        chance = random.Random(f"visitors/{generation}")
        # Few browsers that send much: what limits a client's new sessions is not what is tried here.
        self._visitors = [
            Visitor(chance.randbytes(16).hex(), chance.randbytes(6).hex(), chance.randbytes(16).hex()) for _ in range(8)
        ]
        self._kinds: dict[str, tuple[float, Callable[[random.Random], Case]]] = {
            "query": (2, self._query),
            "events": (3, self._events),
            "chunk": (2, self._chunk),
            "headers": (1, self._headers),
            "method": (0.3, self._method),
            "framing": (1.7, self._framing),
        }

    def cases(self, seed: int, number: int) -> Iterable[Case]:
        """`number` cases, their kinds mixed."""
        kinds, weights = list(self._kinds), [weight for weight, _ in self._kinds.values()]
        for kind, at in zip(random.Random(seed).choices(kinds, weights, k=number), range(number), strict=True):
            yield self.case(kind, seed, at)

    def case(self, kind: str, seed: int, number: int) -> Case:
        """The case of this name."""
        name = f"{kind}/{seed}/{number}"
        made = self._kinds[kind][1](random.Random(name))
        return Case(name, made.raw, made.sound, made.counts)

    def right_query(self, chance: random.Random) -> str:
        """A query as a tracker writes it, of one of the visitors; now and then their clock is years off."""
        visitor = chance.choice(self._visitors)
        at = (
            str(chance.choice([0, 1, 10**12, 1_800_000_000_000, 99_999_999_999_999])) if chance.random() < 0.1 else None
        )
        return visitor.query(chance.choice(self._keys), chance.randrange(40), **({"t": at} if at else {}))

    def request(
        self,
        target: str,
        body: bytes,
        headers: Iterable[str] = (),
        method: str = "POST",
        version: str = "1.1",
        length: str = "",
    ) -> bytes:
        """A request as bytes; `length`: the line that says how long its body is, if not the usual one."""
        lines = [f"{method} {target} HTTP/{version}", f"Host: {self._host}", f"Origin: {self._origin}"]
        lines += [length or f"Content-Length: {len(body)}", *headers]
        return (CRLF.join(lines) + CRLF * 2).encode("latin-1") + body

    def _query(self, chance: random.Random) -> Case:
        channel = chance.choice("eer")
        target = f"/c/{channel}?{wrong_query(chance, self.right_query(chance))}"
        return Case("", self.request(target, BODIES[channel](chance) if chance.random() < 0.3 else b'{"e":[]}'))

    def _events(self, chance: random.Random) -> Case:
        kind = ["Content-Type: application/json"] if chance.random() < 0.08 else []
        return Case("", self.request(f"/c/e?{self.right_query(chance)}", event_bodies.body(chance), kind))

    def _chunk(self, chance: random.Random) -> Case:
        kind = ["Content-Type: application/json"] if chance.random() < 0.05 else []
        return Case("", self.request(f"/c/r?{self.right_query(chance)}", chunk_bodies.body(chance), kind))

    def _headers(self, chance: random.Random) -> Case:
        """Strange headers, and bodies of the other channel."""
        channel, other = chance.choice(["er", "re", "ee", "rr"])
        headers = chance.sample(HEADERS, chance.randint(1, 4))
        return Case("", self.request(f"/c/{channel}?{self.right_query(chance)}", BODIES[other](chance), headers))

    def _method(self, chance: random.Random) -> Case:
        method = chance.choice(
            [
                "GET",
                "PUT",
                "DELETE",
                "PATCH",
                "OPTIONS",
                "PROPFIND",
                "LOCK",
                "TRACE",
                "CONNECT",
                "get",
                "P0ST",
                "POST_",
                "X-Y",
            ]
        )
        sound = method in ("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "LOCK")
        return Case("", self.request(f"/c/e?{self.right_query(chance)}", b"{}", method=method), sound, counts=False)

    def _framing(self, chance: random.Random) -> Case:
        """Bytes whose end is in question; what may be hidden behind is a whole request that must not count alone."""
        target, body = f"/c/e?{self.right_query(chance)}", b'{"e":[{"k":"scroll","t":1,"d":1,"dh":1}]}'
        way = chance.choice(FRAMINGS)
        return Case("", way(chance, self, target, body), sound=False)
