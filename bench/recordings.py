"""What recordings take: real visits of real sites, in the blob store and on the visitors' lines.

Visitors look at pages of two dashboards' themes (`bench.corpus`) in a real browser; then their sessions are closed and
packed as the worker does. `raw_ratio` and `gzip_ratio` hold all bytes that are kept, what a site's recordings share
among them, against the rrweb JSON of the sessions and against its gzip, a session at a time; `sent_ratio` the bytes
that browsers sent against that gzip, in the visits after the first three, by which the site is known.
"""

from __future__ import annotations

import argparse
import gzip
import random
import time
import urllib.request
import uuid
from dataclasses import dataclass

from bench.corpus.pages import SITES
from bench.corpus.site import CorpusSite, serving
from bench.recorded_visits import Visit, browser, visit
from bench.report import BenchError, Figures, Say
from bench.stack import Stack, own_stack
from collector.worker.packing import Packing
from heatwake.settings import ROOT
from storage import recording_parts, sessions
from storage.blobs import open_blobs
from storage.first_project import ensure_first_project
from storage.postgres import Database

LONGEST_WAIT_S = 120
CLOSED_AT_ONCE = 10_000
FIRST_VISITS = 3
QUIET_S = 4.0  # in which no chunk came: there are no more


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sessions", type=int, default=10, help="of each site")


@dataclass
class SiteFigures:
    """Bytes of a site's sessions: of their JSON, its gzip, kept for each alone and for all together; of those after the
    first ones what was sent, and their gzip."""

    raw: int = 0
    zipped: int = 0
    sent: int = 0
    told_zipped: int = 0
    own: int = 0
    shared: int = 0


def measure(asked: argparse.Namespace, say: Say) -> Figures:
    """`raw_ratio`, `gzip_ratio`, `sent_ratio` over both sites, and what they come from."""
    sites: list[SiteFigures] = []
    with own_stack() as stack, serving(ROOT / "var" / "corpus") as site:
        for name in SITES:
            one = _site(stack, site, name, asked.sessions, say)
            sites.append(one)
            kept = one.own + one.shared
            say(
                f"{name}: {asked.sessions} sessions, JSON {one.raw:,} B, gzip {one.zipped:,}, sent"
                f" {one.sent:,} ({one.sent / one.told_zipped:.3f}), kept {kept:,} = {one.own:,} + {one.shared:,} once"
                f" (1/{one.raw / kept:.0f} of the JSON, {kept / one.zipped:.3f} of the gzip)"
            )
    raw, zipped = sum(one.raw for one in sites), sum(one.zipped for one in sites)
    kept, sent = sum(one.own + one.shared for one in sites), sum(one.sent for one in sites)
    sessions = asked.sessions * len(sites)
    return {
        "raw_ratio": round(kept / raw, 5),
        "gzip_ratio": round(kept / zipped, 4),
        "sent_ratio": round(sent / sum(one.told_zipped for one in sites), 4),
        "sessions": sessions,
        "raw_bytes": round(raw / sessions),
        "gzip_bytes": round(zipped / sessions),
        "sent_bytes": round(sent / (max(asked.sessions - FIRST_VISITS, 0) or asked.sessions) / len(sites)),
        "kept_bytes": round(kept / sessions),
        "shared_bytes": sum(one.shared for one in sites),
    }


def _site(stack: Stack, site: CorpusSite, name: str, count: int, say: Say) -> SiteFigures:
    key = f"{random.getrandbits(64):016x}"
    dsn = stack.settings.dsn("owner")
    project = ensure_first_project(dsn, "Bench", f"Recordings {key}", site.origin, key, f"hw_{key}")
    site.snippet = f'<script async src="{stack.settings.public_url}/h/{key}.js"></script>'
    visits: list[Visit] = []
    database = Database(stack.settings, "worker", size=4)
    with browser() as running:
        for number in range(count):
            if number == FIRST_VISITS:
                # From here on trackers are told what the site's recordings have in common.
                _pack(stack, database, project, visits)
                _until_told(f"{stack.settings.public_url}/h/{key}.js")
            hand = random.Random(f"{name} {number}")
            visits.append(visit(running, site.origin, stack.settings.public_url, SITES[name], hand))
            say(f"{name} {number + 1}/{count}: {sum(visits[-1].bodies):,} B seen in {len(visits[-1].bodies)}")
    told = visits[FIRST_VISITS:] or visits
    sent = _sent(database, project, told)
    _pack(stack, database, project, visits)
    database.close()
    found = SiteFigures(sent=sent)
    for one in visits:
        body = _events(stack, project, key, one.session)
        found.raw += len(body)
        zipped = len(gzip.compress(body))
        found.zipped += zipped
        if one in told:
            found.told_zipped += zipped
    blobs = open_blobs(stack.settings)
    found.own = sum(size for _, size in blobs.list(f"recordings/{project}/"))
    found.shared = sum(size for _, size in blobs.list(f"shared/{project}/"))
    return found


def _until_told(loader: str) -> None:
    """The site's loader tells trackers which strings are known."""
    until = time.monotonic() + LONGEST_WAIT_S
    while True:
        with urllib.request.urlopen(loader, timeout=10) as answer:
            if b'"record":"' in answer.read():
                return
        if time.monotonic() > until:
            raise BenchError(f"{loader} tells no strings after {LONGEST_WAIT_S} s")
        time.sleep(1)


def _sent(database: Database, project: int, visits: list[Visit]) -> int:
    """Bytes that the browsers have sent, when all of it is stored. What a page sends while it goes, Playwright does not
    tell of; it is sent as it is, without gzip."""
    seen = {(int(view, 16), int(seq)) for one in visits for view, seq in one.chunks}
    stored: dict[tuple[int, int], int] = {}
    quiet, until = 0.0, time.monotonic() + LONGEST_WAIT_S
    while quiet < QUIET_S or not seen <= stored.keys():
        if time.monotonic() > until:
            raise BenchError(f"{len(seen - stored.keys())} chunks are not stored after {LONGEST_WAIT_S} s")
        time.sleep(0.5)
        with database.transaction([project]) as connection:
            chunks = [
                chunk
                for one in visits
                for chunk in recording_parts.stored(connection, project, uuid.UUID(one.session)).chunks
            ]
        now = {(chunk.page_view_id, chunk.seq): chunk.raw_bytes for chunk in chunks}
        quiet = quiet + 0.5 if now == stored else 0.0
        stored = now
    return sum(sum(one.bodies) for one in visits) + sum(size for key, size in stored.items() if key not in seen)


def _pack(stack: Stack, database: Database, project: int, visits: list[Visit]) -> None:
    """Close the sessions and have their recordings packed, as a worker does when nobody has come for half an hour."""
    until = time.monotonic() + LONGEST_WAIT_S
    packing = Packing(database, open_blobs(stack.settings), idle_ms=0)
    while True:
        sessions.close(database, 0, CLOSED_AT_ONCE)
        packing.once()
        with database.transaction([project]) as connection:
            found = [recording_parts.stored(connection, project, uuid.UUID(one.session)) for one in visits]
        if all(one.contents and not one.loose for one in found):
            return
        if time.monotonic() > until:
            raise BenchError(f"the recordings are not packed after {LONGEST_WAIT_S} s")
        time.sleep(0.5)


def _events(stack: Stack, project: int, key: str, session: str) -> bytes:
    address = f"{stack.settings.public_url}/api/v1/projects/{project}/recordings/{uuid.UUID(session)}/events"
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer hw_{key}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        body: bytes = answer.read()
    if len(body) < 10_000:
        raise BenchError(f"the recording of {session} holds {len(body)} bytes")
    return body
