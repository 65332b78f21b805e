"""Keeps the worker's leases alive from a thread of its own, so that a long batch does not lose them."""

from __future__ import annotations

import logging
import threading

import psycopg

from collector.worker import metrics
from heatwake.logs import event
from storage import shard_leases
from storage.postgres import Database

log = logging.getLogger(__name__)


class Leases:
    """The shards that this worker may read now. A lease is safe to use even when it is stale: the commit checks it."""

    def __init__(self, database: Database, worker: str, shards: int, lease_s: float) -> None:
        self.worker = worker
        self._database = database
        self._shards = shards
        self._lease_s = lease_s
        self._lock = threading.Lock()
        self._held: set[int] = set()
        self._unwanted: set[int] = set()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="leases", daemon=True)

    def start(self) -> None:
        """Take what there is, and go on renewing. Raises DatabaseUnavailable."""
        self.renew()
        self._thread.start()

    def held(self) -> set[int]:
        """The shards to work on. Those that another worker should have are given back here, between two batches."""
        with self._lock:
            unwanted, self._unwanted = self._unwanted, set()
            self._held -= unwanted
            held = set(self._held)
        if unwanted:
            shard_leases.give_back(self._database, self.worker, unwanted)
            event(log, logging.INFO, "shards_given_back", shards=sorted(unwanted))
        return held

    def renew(self) -> None:
        """Live on, and take the shards that are this worker's part."""
        held, unwanted = shard_leases.renew(self._database, self.worker, self._shards, self._lease_s)
        with self._lock:
            if held != self._held:
                event(log, logging.INFO, "shards_held", shards=sorted(held))
            self._held, self._unwanted = held, unwanted
        metrics.shards.set(len(held))

    def _keep(self) -> None:
        while not self._stopped.wait(self._lease_s / 4):
            try:
                self.renew()
            except (OSError, psycopg.Error) as error:
                event(log, logging.WARNING, "leases_not_renewed", error=str(error))

    def stop(self) -> None:
        """Give everything back."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(10)
        shard_leases.leave(self._database, self.worker)
