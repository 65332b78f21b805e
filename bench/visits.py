"""Visits of the last days, put into the event stream as the door does it; the stack's own workers take them in."""

from __future__ import annotations

import datetime as dt
import json
import random
import zlib
from collections.abc import Iterator

from bench.committed import committed, wait_committed
from bench.report import Say
from bench.stack import Stack
from collector.records import Record, framed
from storage.event_stream import open_event_stream
from storage.postgres import Database
from storage.sites import site_by_key

DAYS = 2.9  # partitions go back three days
ENTRY_BYTES = 1_000_000
AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0",
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36",
)
REFERRERS = ("", "https://search.example/", "https://news.example/a", "https://mail.example/")


def _session(chance: random.Random, owner: tuple[int, int], key: str, origin: str, now_ms: int) -> Iterator[Record]:
    """The requests of a session: one to four page views, each with one request."""
    session, visitor = (f"{chance.getrandbits(128):032x}" for _ in range(2))
    at = now_ms - int(chance.random() * DAYS * 86_400_000) - 900_000
    agent, referrer = chance.choice(AGENTS).encode(), chance.choice(REFERRERS)
    for number in range(chance.choice((1, 1, 2, 3, 4))):
        page = chance.randrange(200) if number else chance.randrange(10)
        start = {"k": "page", "t": at, "url": f"{origin}/products/{page}", "nav": "load", "vw": 1280, "vh": 800}
        start |= {"dh": 3200, "title": f"Product {page}", "ref": referrer if not number else "", "lang": "en"}
        clicks = [
            {
                "k": "click",
                "t": at + 1_000 + click,
                "el": f"#main > div:nth-of-type({chance.randrange(1, 41)}) > a",
                "fx": chance.randrange(10_001),
                "fy": chance.randrange(10_001),
                "b": [10, 20, 120, 40],
                "text": "Add to cart",
            }
            for click in range(chance.choice((0, 1, 1, 2)))
        ]
        leave = {"k": "leave", "t": at + 20_000, "d": chance.randrange(101), "dh": 3200, "ms": 19_000}
        body = json.dumps({"e": [start, *clicks, leave]}, separators=(",", ":")).encode()
        at += chance.randrange(20_000, 120_000)
        view = f"{chance.getrandbits(48):012x}"
        query = f"v=1&k={key}&s={session}&p={view}&n=0&u={visitor}&t={at}"
        yield Record("e", *owner, at, f"{chance.getrandbits(64):016x}", agent, query.encode(), body)


def seed(stack: Stack, sessions: int, say: Say) -> int:
    """Put `sessions` into the demo project and wait until they are committed; gives the number of requests."""
    database, stream = Database(stack.settings, "worker", size=2), open_event_stream(stack.settings)
    key, project_id = stack.project["site_key"], int(stack.project["project_id"])
    site = site_by_key(database, key)
    assert site is not None, "bin/up made it"
    origin = f"http://{stack.settings.edge.host}:{stack.settings.shop.port}"
    chance, shards = random.Random(sessions), stack.settings.collector.shards
    waiting: dict[int, list[bytes]] = {shard: [] for shard in range(shards)}
    sizes, sent = dict.fromkeys(range(shards), 0), 0
    before = committed(database)
    now_ms = int(dt.datetime.now(dt.UTC).timestamp() * 1000)

    def flush(shard: int) -> None:
        if waiting[shard]:
            stream.append(shard, b"".join(waiting[shard]))
        waiting[shard], sizes[shard] = [], 0

    for _ in range(sessions):
        for record in _session(chance, (project_id, site.site_id), key, origin, now_ms):
            shard = zlib.crc32(record.query[record.query.index(b"&s=") + 3 :][:32]) % shards
            whole = framed(record)
            waiting[shard].append(whole)
            sizes[shard] += len(whole)
            sent += 1
            if sizes[shard] > ENTRY_BYTES:
                flush(shard)
    for shard in range(shards):
        flush(shard)
    say(f"seeding {sessions} sessions in {sent} requests over {DAYS} days")
    wait_committed(stack, database, before + sent)
    return sent
