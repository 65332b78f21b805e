"""What a worker does beside its batches: partitions ahead of time, deltas folded, sessions closed."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

from collector.worker import early, metrics
from collector.worker.dictionary import Dictionaries
from collector.worker.silences import IDLE_MS
from heatwake.logs import event
from storage import heat_batches, heat_days, ledger, sessions, upkeep
from storage.blobs import BlobCorrupt, BlobMissing, BlobStore
from storage.facts.postgres import PostgresFacts
from storage.naming import Limits
from storage.postgres import Database

log = logging.getLogger(__name__)

PARTITIONS_EVERY_S: Final = 3_600
QUIET_EVERY_S: Final = 2.0
BUSY_EVERY_S: Final = 10.0
LOOKS_RARELY: Final = 200  # so many times as long as looking for what to fold has taken, nobody looks again …
LOOKS_AFTER_S: Final = 120.0  # … but after so long in any case
MOMENT_S: Final = 0.2  # of folding at a time: short enough that requests don't wait for it
AT_ONCE: Final = 2_000  # pages and days that are looked up at once
HEAT_BATCHES: Final = 512  # of a day: few points each, when there are many projects; one look at a map reads them all
HEAT_POINTS: Final = 500_000  # that a heatmap may have to look through for those of its page
HEAT_DELTAS: Final = 16
FACT_DELTAS: Final = 256
LEDGER_BATCHES: Final = 64  # at a time; some 20 are what a busy worker brings between two folds
CLOSED_AT_ONCE: Final = 2_000
UNREADABLE_AGAIN_S: Final = 3_600  # after which what could not be read is tried again


class Upkeep:
    """One of the workers at a time folds; each sees to the partitions."""

    def __init__(self, database: Database, blobs: BlobStore, limits: Limits) -> None:
        self._database = database
        self._facts = PostgresFacts(database, blobs)
        self._names = Dictionaries(limits)
        self._partitions_at = self._folded_at = self._ledger_at = self._look_at = 0.0
        self._waiting: deque[Callable[[], None]] = deque()
        self._unreadable: dict[tuple[str, int, dt.date, int], float] = {}  # until when it is left alone

    def partitions(self) -> None:
        """Make the coming days' partitions, and let the past days' salts go."""
        upkeep.ensure_partitions(self._database)
        upkeep.forget_salts(self._database)
        self._partitions_at = time.monotonic()

    def quiet_moment(self) -> None:
        """Nothing waits: time for the house."""
        self._moment(QUIET_EVERY_S)

    def busy_moment(self) -> None:
        """Between two batches, so that a worker that is never idle folds too."""
        self._moment(BUSY_EVERY_S)

    def _moment(self, every_s: float) -> None:
        now = time.monotonic()
        if now - self._partitions_at > PARTITIONS_EVERY_S:
            self.partitions()
        if self._waiting or now - self._folded_at > every_s:
            self.fold(look=now >= self._look_at)

    def fold(self, look: bool = True) -> None:
        """Fold what is worth it, a little at a time; `look`: see what that is when all that was found is done."""
        until = time.monotonic() + MOMENT_S
        with upkeep.alone(self._database) as alone:
            if not alone:
                return
            if not self._waiting or time.monotonic() - self._ledger_at > BUSY_EVERY_S:
                self._fold_ledger(until)
            if not self._waiting:
                self._waiting += [self._give_up, self._close]
                if look:
                    self._look()
                self._folded_at = time.monotonic()
            while self._waiting and time.monotonic() < until:
                self._waiting.popleft()()

    def _look(self) -> None:
        """See what there is to fold: goes through all that is not folded yet, so the more that is, the less often."""
        began = time.monotonic()
        with self._database.transaction() as connection:
            spread = heat_batches.crowded(connection, HEAT_BATCHES, HEAT_POINTS, AT_ONCE)
            pages = heat_days.crowded(connection, HEAT_DELTAS, AT_ONCE)
            days = upkeep.crowded_facts(connection, FACT_DELTAS, AT_ONCE)
        self._waiting += [partial(self._spread, *one) for one in spread]
        self._waiting += [partial(self._fold_heat, *one) for one in pages]
        self._waiting += [partial(self._fold_facts, *one) for one in days]
        more = any(len(found) == AT_ONCE for found in (spread, pages, days))
        ended = time.monotonic()
        self._look_at = ended if more else ended + min((ended - began) * LOOKS_RARELY, LOOKS_AFTER_S)
        if spread or pages or days:
            event(log, logging.INFO, "to_fold", heat_days=len(spread), pages=len(pages), fact_days=len(days))

    def _fold_ledger(self, until: float) -> None:
        while ledger.fold(self._database, LEDGER_BATCHES) == LEDGER_BATCHES:
            if time.monotonic() > until:
                return  # the rest at the next fold
        self._ledger_at = time.monotonic()

    def _spread(self, project_id: int, day: dt.date) -> None:
        with self._readable("heat_batches_unreadable", project_id, day) as worth_a_try:
            if worth_a_try:
                metrics.compacted.labels("heat").inc(heat_batches.spread(self._database, project_id, day))

    def _fold_heat(self, project_id: int, page_id: int, day: dt.date) -> None:
        with self._readable("heat_day_unreadable", project_id, day, page_id) as worth_a_try:
            if worth_a_try:
                metrics.compacted.labels("heat").inc(heat_days.compact(self._database, project_id, page_id, day))

    def _give_up(self) -> None:
        if early.give_up(self._database, self._names) == early.AT_ONCE:
            self._waiting.append(self._give_up)

    def _close(self) -> None:
        closed = sessions.close(self._database, IDLE_MS, CLOSED_AT_ONCE)
        metrics.closed.inc(closed)
        if closed == CLOSED_AT_ONCE:
            self._waiting.append(self._close)

    def _fold_facts(self, project_id: int, day: dt.date, deltas: int) -> None:
        with self._readable("fact_day_unreadable", project_id, day) as worth_a_try:
            if worth_a_try:
                self._facts.compact(project_id, day)
                metrics.compacted.labels("facts").inc(deltas)

    @contextmanager
    def _readable(self, otherwise: str, project_id: int, day: dt.date, page_id: int = 0) -> Iterator[bool]:
        """What can't be read stays as it is: it must not keep the worker from all others. Gives whether to try it now.

        `otherwise`: the log's word for it, told each time that it was tried in vain.
        """
        one = (otherwise, project_id, day, page_id)
        if time.monotonic() < self._unreadable.get(one, 0.0):
            yield False
            return
        self._unreadable.pop(one, None)
        try:
            yield True
        except (BlobMissing, BlobCorrupt, ValueError) as error:
            self._unreadable[one] = time.monotonic() + UNREADABLE_AGAIN_S
            page = {"page": page_id} if page_id else {}
            event(log, logging.ERROR, otherwise, project=project_id, day=str(day), **page, error=str(error))
