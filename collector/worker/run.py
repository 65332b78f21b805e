"""The worker's loop: lease, read, prepare, blobs, commit, trim. A store that is down is waited for."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import psycopg

from collector.worker import dead_letters, metrics, poison
from collector.worker.commit import Delta, commit
from collector.worker.decode import Bad, Sourced, decode
from collector.worker.health import Health
from collector.worker.intake import Batch, Intake
from collector.worker.leases import Leases
from collector.worker.pace import Pace
from collector.worker.packing import Packing
from collector.worker.prepare import Preparer, UnusableRecord
from collector.worker.removals import Removals
from collector.worker.upkeep import Upkeep
from heatwake.logs import event
from heatwake.settings import Collector
from storage import stream_offsets
from storage.blobs import BlobStore
from storage.event_stream import EventStream, StreamFull
from storage.ledger import RECEIVED
from storage.naming import Limits
from storage.postgres import Database
from storage.removal import Kept
from storage.session_index import SessionIndex
from storage.sessions import Gone
from storage.stream_offsets import OffsetMoved

log = logging.getLogger(__name__)

FIRST_WAIT_S: Final = 0.1
LONGEST_WAIT_S: Final = 5.0
BLOBS_AT_ONCE: Final = 8
NAMED_REQUESTS: Final = 20  # request ids in a batch's line of the log; at level debug all have a line of their own


@dataclass(frozen=True)
class Stores:
    """What a worker works with. `index`: the session index if it is another store than Postgres."""

    database: Database
    stream: EventStream
    blobs: BlobStore
    index: SessionIndex | None
    kept: Kept


class Worker:
    """One worker: the shards that it holds, one batch at a time."""

    def __init__(self, stores: Stores, settings: Collector, name: str, health: Health) -> None:
        self._stores = stores
        self._settings = settings
        self._health = health
        self._stopping = threading.Event()
        self._leases = Leases(stores.database, name, settings.shards, settings.lease_s)
        self._intake = Intake(stores.stream, settings.batch_requests)
        limits = Limits(settings.pages_per_project, settings.elements_per_project, settings.event_names_per_project)
        self._preparer = Preparer(stores.database, stores.blobs, limits)
        metrics.dead_letters.set_function(lambda: dead_letters.kept(stores.stream))
        self._upkeep = Upkeep(stores.database, stores.blobs, limits)
        self._packing = Packing(stores.database, stores.blobs)
        self._removals = Removals(stores.kept)
        self._putters = ThreadPoolExecutor(BLOBS_AT_ONCE, "blobs")
        self._pace = Pace(settings.gather_ms)
        self._unburied: list[Bad] = []  # of committed batches; Redis had no memory for them

    def stop(self) -> None:
        """Finish the batch that is under way and end; may be called from a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Until stopped."""
        if self._insist(self._begin) is None:
            return
        self._packing.start()
        while not self._stopping.is_set():
            self._insist(self._turn)
        self._packing.stop()
        self._putters.shutdown()
        try:
            self._leases.stop()
        except (OSError, psycopg.Error) as error:
            event(log, logging.WARNING, "leases_not_given_back", error=str(error))

    def _begin(self) -> bool:
        self._upkeep.partitions()
        try:
            self._stores.stream.adopt_dead()
        except StreamFull as error:
            event(log, logging.WARNING, "former_dead_letters_wait_for_the_next_start", error=str(error))
        self._leases.start()
        return True

    def _insist(self, act: Callable[[], bool]) -> bool | None:
        """Do it, and again until no store is down; None: the worker was stopped meanwhile."""
        wait = FIRST_WAIT_S
        while True:
            try:
                done = act()
            except (OSError, psycopg.Error, poison.NotARecordsFault) as error:
                self._health.trouble = " ".join(str(error).split())
                metrics.waits.inc()
                event(log, logging.WARNING, "waiting", error=self._health.trouble, in_s=wait)
            else:
                self._health.trouble = None
                return done
            self._health.beat()
            if self._stopping.wait(wait):
                return None
            wait = min(wait * 2, LONGEST_WAIT_S)

    def _turn(self) -> bool:
        """One batch, or a moment of quiet; whether there was a batch."""
        self._health.beat()
        self._bury_late()
        held = self._leases.held()
        if held != self._intake.shards:
            offsets = stream_offsets.read(self._stores.database, held) if held else {}
            self._intake.begin(offsets)
            self._preparer.forget()
            for shard, through in offsets.items():  # what a worker that was killed before its trim has left
                self._stores.stream.trim(shard, through)
        if not held:
            self._stopping.wait(self._settings.idle_ms / 1000)
            return False
        self._stopping.wait(self._pace.wait_s(time.monotonic()))
        batch = self._intake.batch(self._settings.idle_ms)
        self._pace.batch(time.monotonic(), batch.scan.size, self._intake.more)
        if not batch.steps:
            self._upkeep.quiet_moment()
            self._removals.moment()
            return False
        if not self._insist(lambda: self._store(batch)):
            return False  # nothing of it is committed by this worker, so nothing may be trimmed either
        for shard, step in batch.steps.items():
            self._stores.stream.trim(shard, step.after)
        self._bury_late()
        self._upkeep.busy_moment()
        self._removals.moment()
        return True

    def _bury_late(self) -> None:
        if self._unburied:
            dead_letters.bury_late(self._stores.stream, self._unburied)
            self._unburied = []

    def _store(self, batch: Batch) -> bool:
        """Commit the batch; False: another worker has a shard of it, and all is read again from the offsets."""
        began = time.monotonic()
        poisoned: dict[str, Bad] = {}
        surprised = False
        while True:
            try:
                delta = self._preparer.prepare(
                    lambda: batch.scan.decoded(poisoned.keys()), poisoned.values(), batch.steps
                )
                self._put_blobs(delta)
                unburied = dead_letters.bury_or_wait(self._stores.stream, delta.bad, batch.steps)
                commit(self._stores.database, self._leases.worker, delta, self._stores.index)
            except OffsetMoved as error:
                metrics.lost_leases.inc()
                event(log, logging.WARNING, "lease_lost", shards=sorted(error.shards))
                self._intake.begin({})
                self._preparer.forget()
                self._leases.renew()
                return False
            except (Gone, psycopg.errors.UniqueViolation) as error:
                # A session was removed while it went on, or came from elsewhere: what is remembered is not how it is.
                self._preparer.forget()
                if not surprised:
                    surprised = True
                    event(log, logging.WARNING, "sessions_changed", error=str(error))
                elif isinstance(error, Gone):
                    raise
                else:  # nothing that was remembered is to blame: a record is
                    self._find_poison(batch, poisoned, error)
            except (OSError, psycopg.Error, UnusableRecord) as error:
                if not poison.blames_a_record(error):
                    raise
                self._find_poison(batch, poisoned, error)
            else:
                self._unburied += unburied
                self._preparer.committed(delta)
                self._pace.spread(len(delta.arrivals), len({project_id for project_id, _, _ in delta.ledger}))
                self._tell(delta, time.monotonic() - began)
                return True

    def _find_poison(self, batch: Batch, poisoned: dict[str, Bad], error: Exception) -> None:
        """Add the record that the batch fails with to `poisoned`."""
        left = [one for one in batch.scan.records() if one.source not in poisoned]
        why = poison.cause(error)
        event(log, logging.WARNING, "looking_for_a_poisoned_record", records=batch.scan.size, error=why)

        def goes_through(records: Sequence[Sourced]) -> bool:
            nonlocal why
            self._health.beat()
            try:
                delta = self._preparer.prepare(lambda: decode(records), [], {})
                commit(self._stores.database, self._leases.worker, delta, None, rehearse=True)
            except (OSError, psycopg.Error, UnusableRecord) as error:
                if not poison.blames_a_record(error):
                    raise
                why = poison.cause(error)
                return False
            return True

        culprit = poison.find(left, goes_through)
        if culprit is not None:
            source, record = left[culprit].source, left[culprit].record
            poisoned[source] = Bad.of(source, "poisoned", why, record)

    def _put_blobs(self, delta: Delta) -> None:
        """All blobs of the batch are in their store when this returns."""
        for _ in self._putters.map(lambda blob: self._stores.blobs.put(blob.key, blob.data), delta.blobs):
            pass

    def _tell(self, delta: Delta, took_s: float) -> None:
        """Metrics and the log's line of a committed batch."""
        counts: dict[str, int] = {}
        for (_, _, reason), (requests, _, _) in delta.ledger.items():
            if reason != RECEIVED:
                counts[reason] = counts.get(reason, 0) + requests
        for reason, requests in counts.items():
            metrics.requests.labels(reason).inc(max(0, requests))  # less than 0: dead letters were run again
        metrics.scrubbed.inc(delta.scrubbed)
        metrics.batch_seconds.observe(took_s)
        metrics.batch_requests.observe(len(delta.arrivals))
        ids = [arrival.request.request_id for arrival in delta.arrivals]
        if ids:
            oldest = min(arrival.request.received_ms for arrival in delta.arrivals)
            metrics.lag_seconds.observe(max(0.0, time.time() - oldest / 1000))
        event(
            log,
            logging.INFO,
            "batch_committed",
            ms=round(took_s * 1000, 1),
            counts=counts,
            sessions=len(delta.sessions),
            offsets={str(shard): step.after for shard, step in delta.steps.items()},
            request_ids=ids[:NAMED_REQUESTS],
        )
        if log.isEnabledFor(logging.DEBUG):
            for request_id in ids:
                event(log, logging.DEBUG, "request_committed", request_id=request_id)
