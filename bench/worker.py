"""The worker's own CPU a request of eight events, step by step, without its stores; against msgspec's bare decode."""

from __future__ import annotations

import argparse
import gc
import itertools
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import cast

from bench.report import Figures, Say
from bench.visitors import Entry, Visitors
from collector import protocol
from collector.records import records
from collector.worker import sessionize as people
from collector.worker import tally
from collector.worker.__main__ import GARBAGE_AFTER
from collector.worker.dictionary import Dictionary
from collector.worker.fold import Fold, pages_of
from collector.worker.names import NameIds
from collector.worker.scan import Reader, Scan
from collector.worker.scan_library import library
from collector.worker.seen_boxes import SeenBoxes
from collector.worker.sessionize import Sessionized
from storage.event_stream import Entry as StreamEntry
from storage.naming import Given, Named
from storage.page_views import KnownView
from storage.postgres import Database
from storage.sessions import KnownSession


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--requests", type=int, default=30_000)
    parser.add_argument("--batch", type=int, default=3_000, help="requests a batch")
    parser.add_argument("--sessions", type=int, default=2_000, help="at once")
    parser.add_argument("--sites", type=int, default=1)


IDS = itertools.count(1)
NOWHERE = cast(Database, None)  # what is asked of a database in vain


class _Clock:
    """CPU time of this process by step, in seconds."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._last = time.process_time()

    def lap(self, step: str) -> None:
        """What has passed since the last call belongs to `step`."""
        now = time.process_time()
        self.spent[step] += now - self._last  # type: ignore[assignment]  # a Counter adds up floats just as well
        self._last = now


class _Run:
    """Batches one after the other, with what a worker would know from its database."""

    def __init__(self) -> None:
        self.clock = _Clock()
        self._pages, self._elements, self._event_names = (Dictionary(_given, 1 << 30) for _ in range(3))
        self._boxes = SeenBoxes()
        self._reader = Reader(library())
        self._sessions: dict[people.SessionKey, KnownSession] = {}
        self._views: dict[people.ViewKey, KnownView] = {}

    def batch(self, entries: Iterable[Entry]) -> int:
        """One batch through all steps; gives its number of requests."""
        lap = self.clock.lap
        bodies = [record.body for _, _, payload in entries for record in records(payload)]
        lap("")
        for body in bodies:
            protocol.decode_events(body)
        lap("baseline")
        scan = Scan(self._reader)
        for shard, stream_id, payload in entries:
            scan.take(shard, StreamEntry(stream_id, payload))
        lap("scan")
        decoded = scan.decoded()
        lap("decode")
        mine = people.sessions_of(decoded.requests, self._sessions)
        found = people.sessionize(decoded.requests, mine, self._views)
        lap("sessionize")
        pages = pages_of(found.arrivals)
        lap("fold")
        self._pages.learn(NOWHERE, pages)
        lap("names")
        fold = Fold(decoded.columns, self._pages.ids)
        fold.add(found.arrivals)
        lap("fold")
        elements, event_names = decoded.columns.used()
        ids = NameIds(
            self._elements.number(NOWHERE, decoded.columns.elements, elements),
            self._event_names.number(NOWHERE, decoded.columns.event_names, event_names),
        )
        lap("names")
        folded = fold.placed(ids)
        boxes = self._boxes.worth_writing(folded.boxes)
        self._boxes.written(boxes)
        lap("pack")
        tally.ledger(found, decoded.counts, decoded.bad)
        tally.minutes(found.arrivals, round(time.time() * 1000))
        lap("tally")
        self._remember(found)
        lap("")
        del scan, decoded, mine, found, fold, folded
        lap("release")
        return len(bodies)

    def _remember(self, found: Sessionized) -> None:
        for key, session in found.sessions.items():
            self._sessions[key] = KnownSession(session.day, session.skew_ms, session.seen_ms)
        for place, view in found.views.items():
            self._views[place] = KnownView(
                view.page_id,
                view.viewport_w,
                view.events_seq,
                view.events_ahead,
                view.recording_seq,
                view.recording_ahead,
            )


def _given(_: Database, wanted: Mapping[Named, str], __: int) -> Given:
    """Ids without a database."""
    return Given({one: next(IDS) for one in wanted}, set(), {})


def measure(asked: argparse.Namespace, say: Say) -> Figures:
    """`cpu_ratio`: all steps against the decode alone; `<step>_us` each."""
    gc.set_threshold(GARBAGE_AFTER)
    visitors, run = Visitors(asked.sessions, asked.sites, round(time.time() * 1000)), _Run()
    # Until the sessions are spread over their page views and requests, and the names are known.
    for _ in range(0, max(asked.batch, 2 * asked.sessions), asked.batch):
        run.batch(visitors.entries(asked.batch))
    run.clock.spent.clear()
    done = 0
    while done < asked.requests:
        entries = visitors.entries(min(asked.batch, asked.requests - done))
        run.clock.lap("")
        done += run.batch(entries)
    spent = run.clock.spent
    del spent[""]
    baseline = spent.pop("baseline")
    say(f"msgspec's decode alone: {baseline / done * 1e6:.1f} µs a request")
    say("  ".join(f"{step} {seconds / done * 1e6:.1f} µs" for step, seconds in spent.items()))
    return {
        "cpu_ratio": round(sum(spent.values()) / baseline, 2),
        "cpu_us": round(sum(spent.values()) / done * 1e6, 2),
        "baseline_us": round(baseline / done * 1e6, 2),
        **{f"{step}_us": round(seconds / done * 1e6, 2) for step, seconds in spent.items()},
    }
