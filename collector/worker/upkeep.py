"""What a worker does beside its batches: partitions ahead of time, deltas folded into days."""

from __future__ import annotations

import datetime as dt
import logging
import time
from typing import Final

from collector.worker import early, metrics
from collector.worker.dictionary import Dictionaries
from heatwake.logs import event
from storage import heat_days, upkeep
from storage.blobs import BlobCorrupt, BlobMissing, BlobStore
from storage.facts.postgres import PostgresFacts
from storage.naming import Limits
from storage.postgres import Database

log = logging.getLogger(__name__)

PARTITIONS_EVERY_S: Final = 3_600
QUIET_EVERY_S: Final = 2.0
BUSY_EVERY_S: Final = 30.0
AT_ONCE: Final = 20  # pages and days folded in one moment: short enough that requests don't wait for it
HEAT_DELTAS: Final = 16
FACT_DELTAS: Final = 64
EARLY_ROUNDS: Final = 20  # of early.AT_ONCE requests in one moment


class Upkeep:
    """One of the workers at a time folds; each sees to the partitions."""

    def __init__(self, database: Database, blobs: BlobStore, limits: Limits) -> None:
        self._database = database
        self._facts = PostgresFacts(database, blobs)
        self._names = Dictionaries(limits)
        self._partitions_at = self._folded_at = 0.0

    def partitions(self) -> None:
        """Make the coming days' partitions."""
        upkeep.ensure_partitions(self._database)
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
        if now - self._folded_at > every_s:
            self.fold()
            self._folded_at = time.monotonic()

    def fold(self) -> None:
        """Fold what is worth it, a little at a time."""
        with upkeep.alone(self._database) as connection:
            if connection is None:
                return
            pages = heat_days.crowded(connection, HEAT_DELTAS, AT_ONCE)
            days = upkeep.crowded_facts(connection, FACT_DELTAS, AT_ONCE)
            for project_id, page_id, day in pages:
                metrics.compacted.labels("heat").inc(heat_days.compact(self._database, project_id, page_id, day))
            for _ in range(EARLY_ROUNDS):
                if early.give_up(self._database, self._names) < early.AT_ONCE:
                    break
            for project_id, day, deltas in days:
                self._fold_facts(project_id, day, deltas)
        if pages or days:
            event(log, logging.INFO, "deltas_folded", pages=len(pages), fact_days=len(days))

    def _fold_facts(self, project_id: int, day: dt.date, deltas: int) -> None:
        """Fold a day's facts. One that can't be read stays as it is: it must not keep the worker from all others."""
        try:
            self._facts.compact(project_id, day)
            metrics.compacted.labels("facts").inc(deltas)
        except (BlobMissing, BlobCorrupt, ValueError) as error:
            event(log, logging.ERROR, "fact_day_unreadable", project=project_id, day=str(day), error=str(error))
