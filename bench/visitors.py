"""The visitors of visitors.lua as stream entries, made without a door: for measuring the worker alone."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from collector.records import Record, framed

VIEWS, REQUESTS = 4, 3  # page views a session, requests a page view
PAGES, SELECTORS = 200, 40
SHARDS = 8
ENTRY = 20  # requests in an entry
AGENTS = (
    b"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    b"Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0",
    b"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
)

Entry = tuple[int, str, bytes]  # shard, stream id, payload


@dataclass(slots=True)
class _Session:
    session: str
    visitor: str
    agent: bytes
    site: int
    views: int = 0
    number: int = REQUESTS
    view: str = ""


class Visitors:
    """So many sessions at once on so many sites; every request has eight events, about 900 bytes."""

    def __init__(self, at_once: int, sites: int, now_ms: int) -> None:
        self._at_once, self._sites, self._now_ms = at_once, sites, now_ms
        self._chance = random.Random(at_once)
        self._sessions: list[_Session | None] = [None] * at_once
        self._made = 0

    def entries(self, requests: int) -> list[Entry]:
        """The next requests, as the stream holds them."""
        waiting: dict[int, list[bytes]] = {shard: [] for shard in range(SHARDS)}
        for shard, record in self._records(requests):
            waiting[shard].append(record)
        return [
            (shard, f"{self._now_ms}-{self._made + first}", b"".join(records[first : first + ENTRY]))
            for shard, records in waiting.items()
            for first in range(0, len(records), ENTRY)
        ]

    def _records(self, requests: int) -> Iterator[tuple[int, bytes]]:
        for _ in range(requests):
            session = self._next()
            t = self._now_ms + self._made // 6
            body = self._body(session.number, t).encode()
            query = (
                f"v=1&k=abcdefgh{session.site}&s={session.session}&p={session.view}&n={session.number}"
                f"&u={session.visitor}&t={t}"
            )
            session.number += 1
            record = Record(
                "e", session.site, session.site, t + 3, f"{self._made:016x}", session.agent, query.encode(), body
            )
            yield zlib.crc32(session.session.encode()) % SHARDS, framed(record)

    def _next(self) -> _Session:
        chance = self._chance
        turn = chance.randrange(self._at_once)
        self._made += 1
        session = self._sessions[turn]
        if session is None or (session.number == REQUESTS and session.views == VIEWS):
            session_id, visitor = (f"{chance.getrandbits(128):032x}" for _ in range(2))
            session = _Session(session_id, visitor, chance.choice(AGENTS), chance.randint(1, self._sites))
            self._sessions[turn] = session
        if session.number == REQUESTS:
            session.views, session.number, session.view = session.views + 1, 0, f"{chance.getrandbits(48):012x}"
        return session

    def _body(self, number: int, t: int) -> str:
        chance = self._chance.randint
        first, last = self._move(t - 4000), f'{{"k":"leave","t":{t},"d":80,"dh":3200,"ms":15000}}'
        if number == 0:
            first = (
                f'{{"k":"page","t":{t - 4000},"url":"https://shop.example/products/{chance(1, PAGES)}?ref=list",'
                f'"nav":"load","vw":1280,"vh":800,"dh":3200,"title":"Product {chance(1, PAGES)}",'
                '"ref":"https://search.example/","sw":1440,"lang":"en","tz":"Europe/Paris"}'
            )
        if number < REQUESTS - 1:
            props = f'{{"price":{chance(1, 100)},"currency":"EUR"}}'
            last = f'{{"k":"event","t":{t},"name":"viewed","props":{props}}}'
        middle = (
            self._move(t - 3500),
            self._scroll(t - 3000),
            self._click(t - 2500),
            self._move(t - 2000),
            self._scroll(t - 1500),
            self._click(t - 1000),
        )
        return f'{{"e":[{",".join((first, *middle, last))}]}}'

    def _place(self) -> str:
        chance = self._chance.randint
        selector = f"#main > div:nth-of-type({chance(1, SELECTORS)}) > a:nth-of-type(1)"
        return f'"{selector}",{chance(0, 10_000)},{chance(0, 10_000)}'

    def _move(self, t: int) -> str:
        return f'{{"k":"move","t":{t},"m":[[0,{self._place()}],[110,{self._place()}]]}}'

    def _scroll(self, t: int) -> str:
        return f'{{"k":"scroll","t":{t},"d":{self._chance.randint(10, 100)},"dh":3200}}'

    def _click(self, t: int) -> str:
        selector, fx, fy = self._place().rsplit(",", 2)
        chance = self._chance.randint
        box = f"[{chance(0, 1000)},{chance(0, 2000)},120,40]"
        return f'{{"k":"click","t":{t},"el":{selector},"fx":{fx},"fy":{fy},"b":{box},"text":"Add to cart"}}'
