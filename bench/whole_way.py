"""Load on the whole way of a stack, from the door to the commit, and the CPU of every process for it."""

from __future__ import annotations

import random
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bench import cpu, load
from bench.committed import Counted, committed, counted_of, wait_committed
from bench.reading_nginx import ReadingNginx
from bench.stack import Stack
from storage.first_project import ensure_first_project
from storage.postgres import Database

BEGINNING_S = 2  # at least, for the door to have met the sites, and the worker to take its pace
BEGINNING_RPS = 2_000  # of a load without a rate, about
SLOWER = 1.3  # times the time that the plan has for the beginning: the load may fall behind it
ANSWERS_S = 2  # nothing is sent in the last seconds of a load: all of it has been answered when it ends
PARTS = {"edge": ("edge", "node"), "redis": ("redis",), "worker": ("worker",), "postgres": ("postgres",)}


@dataclass(frozen=True)
class Crowd:
    """Who visits: site keys with their projects, sessions at once, pages of all sites together."""

    sites: dict[str, int]  # key → project
    sessions: int
    pages: int


@dataclass(frozen=True)
class Held:
    """A load that was held until all of it was committed. CPU in µs a committed request."""

    sent: load.Load
    accepted: int  # with those of the beginning, like all but the cost
    clicks: float  # requests, as the clicks that were counted tell
    duplicates: int
    cost_us: float
    parts_us: dict[str, float]  # by PARTS, and `rest`: monolith, dashboard, memcached, the supervisor
    drained_s: float  # from the last that was sent; ANSWERS_S at least


class WholeWay:
    """A stack under load."""

    def __init__(self, stack: Stack, crowd: Crowd, connections: int) -> None:
        self._stack = stack
        self._crowd = crowd
        self._connections = connections
        self.database = Database(stack.settings, "worker", size=2)

    def send(self, seconds: float, rate: float) -> load.Load:
        """Requests, and nothing else."""
        return load.run(
            self._stack.settings.edge.port,
            ",".join(self._crowd.sites),
            random.getrandbits(31),
            seconds,
            origin_of(self._stack),
            rate,
            self._connections,
            self._crowd.sessions,
            self._crowd.pages,
            ANSWERS_S,
        )

    def hold(self, seconds: float, rate: float) -> Held:
        """Send at this rate, wait until all is committed, and tell what it took.

        CPU is measured for so many seconds, when every session has had its first request and they go on side by side,
        as they always do; at the beginning of a load all would be new at once.
        """
        begin_s = max(BEGINNING_S, SLOWER * self._crowd.sessions / (rate or BEGINNING_RPS))
        before, passed = self._counted(), committed(self.database)
        supervisor = self._stack.pid("supervisor")
        pids = {part: self._pids(*names) for part, names in PARTS.items()}
        with ThreadPoolExecutor(1) as sender:
            sending = sender.submit(self.send, begin_s + seconds, rate)
            self._begun(passed + self._crowd.sessions, begin_s)
            used, shares = cpu.seconds(supervisor), {part: cpu.seconds(*own) for part, own in pids.items()}
            measured_from = committed(self.database)
            sent = sending.result()
        ended = time.monotonic() - ANSWERS_S
        wait_committed(self._stack, self.database, passed + sent.acknowledged)
        drained = time.monotonic() - ended
        used = cpu.seconds(supervisor) - used
        shares = {part: cpu.seconds(*own) - shares[part] for part, own in pids.items()}
        shares["rest"] = used - sum(shares.values())
        measured = committed(self.database) - measured_from
        after = self._counted()
        return Held(
            sent,
            after.accepted - before.accepted,
            (after.clicks - before.clicks) / load.CLICKS,
            after.duplicate - before.duplicate,
            used / measured * 1e6,
            {part: share / measured * 1e6 for part, share in shares.items()},
            drained,
        )

    def tour(self, page_views: int, rate: float) -> None:
        """Send about so many page views and wait until all is committed."""
        passed = committed(self.database)
        sent = self.send(page_views * load.REQUESTS / rate, rate)
        wait_committed(self._stack, self.database, passed + sent.acknowledged)

    def _begun(self, requests: int, most_s: float) -> None:
        """Wait until the offsets have passed so many requests, and BEGINNING_S at least."""
        time.sleep(BEGINNING_S)
        until = time.monotonic() + most_s - BEGINNING_S
        while committed(self.database) < requests and time.monotonic() < until:
            time.sleep(0.2)

    def _counted(self) -> Counted:
        return counted_of(self.database, self._crowd.sites.values())

    def _pids(self, *kinds: str) -> list[int]:
        run = self._stack.settings.var / "run"
        names = [path.stem for kind in kinds for path in run.glob(f"{kind}*.pid")]
        return [self._stack.pid(name) for name in names]


def origin_of(stack: Stack) -> str:
    """Of the pages that the visitors are on."""
    return f"http://{stack.settings.edge.host}:{stack.settings.shop.port}"


def new_sites(stack: Stack, number: int) -> dict[str, int]:
    """So many projects with a site each; the keys and their projects."""
    origin = origin_of(stack)
    keys = [secrets.token_hex(8) for _ in range(number)]
    owner = stack.settings.dsn("owner")
    return {
        key: ensure_first_project(owner, "Bench", f"Site {key}", origin, key, f"hw_{secrets.token_hex(20)}")
        for key in keys
    }


def plain_us(reading: ReadingNginx, seconds: float, connections: int) -> float:
    """CPU of the nginx that reads the body and answers 204, in µs a request."""
    before = cpu.seconds(reading.pid)
    sent = load.run(reading.port, "plain", 1, min(4, seconds), connections=connections)
    return (cpu.seconds(reading.pid) - before) / sent.requests * 1e6
