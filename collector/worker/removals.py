"""What a worker removes beside its batches: visitors who are to be erased, days whose time to be kept has run out.

One of the workers at a time does it, a step at a time; a step that was cut off is made again.
"""

from __future__ import annotations

import logging
import time
from typing import Final

import psycopg

from collector.worker import metrics
from heatwake.logs import event
from storage import erasures
from storage.blobs import BlobCorrupt, BlobMissing
from storage.removal import Kept, erasing, retention

log = logging.getLogger(__name__)

ERASURES_EVERY_S: Final = 1.0
RETENTION_EVERY_S: Final = 600.0  # that what has run out is looked for
MOMENT_S: Final = 0.2  # of steps at a time: short enough that requests don't wait for it
AGAIN_S: Final = 10.0  # after which what could not be removed is tried again


class Removals:
    """Erasures and retention."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._erasures_at = self._retention_at = 0.0

    def moment(self) -> None:
        """A little of what there is to do. A store that does not take it is tried again later: batches don't wait."""
        now = time.monotonic()
        try:
            if now >= self._erasures_at:
                self._erasures_at = now + ERASURES_EVERY_S
                self._erase(now + MOMENT_S)
            if now >= self._retention_at:
                self._retain(now + MOMENT_S)
        except (OSError, psycopg.Error, BlobMissing, BlobCorrupt, ValueError) as error:
            self._erasures_at = max(self._erasures_at, time.monotonic() + AGAIN_S)
            self._retention_at = max(self._retention_at, time.monotonic() + AGAIN_S)
            event(log, logging.WARNING, "not_removed", error=" ".join(str(error).split()))

    def _erase(self, until: float) -> None:
        with self._kept.database.transaction() as connection:
            listed = erasures.under_way(connection)
        if not listed:
            return
        with retention.alone(self._kept.database) as alone:
            for project_id, erasure_id in listed if alone else ():
                while erasing.advance(self._kept, project_id, erasure_id) and time.monotonic() < until:
                    pass

    def _retain(self, until: float) -> None:
        with retention.alone(self._kept.database) as alone:
            if not alone:
                self._retention_at = time.monotonic() + AGAIN_S
                return
            while step := retention.due(self._kept.database):
                metrics.retained.labels(step.what).inc(retention.run(self._kept, step))
                if time.monotonic() > until:
                    return  # the rest at the next moment
            retention.drop_partitions(self._kept.database)
            self._retention_at = time.monotonic() + RETENTION_EVERY_S
