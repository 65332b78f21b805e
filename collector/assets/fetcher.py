"""Takes the addresses whose time has come, a few of a host at once, and writes down what became of each."""

from __future__ import annotations

import logging
import threading
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from urllib.parse import urlsplit

import psycopg

from collector.assets import metrics
from collector.assets.keep import Keeper, NotKept
from collector.assets.request import MOST_BYTES, Gate
from heatwake.logs import event
from heatwake.settings import Assets
from storage import assets
from storage.assets import Due
from storage.blobs import BlobStore
from storage.postgres import Database

log = logging.getLogger(__name__)

AT_ONCE: Final = 8
AT_ONCE_A_HOST: Final = 2
WAITING: Final = 64  # claimed and not begun
HOLD_S: Final = 300.0  # a claim that was not answered for so long is anybody's again
LOOK_S: Final = 0.5
QUIET_S: Final = 2.0
AGAIN_S: Final = (60.0, 600.0, 3_600.0)  # after the first, second, third try in vain


class Fetcher:
    """Threads beside the worker's loop, from `start` to `stop`."""

    def __init__(self, database: Database, blobs: BlobStore, settings: Assets) -> None:
        self._database = database
        self._blobs = blobs
        self._settings = settings
        self._private = [one.strip() for one in settings.private_origins.split(",") if one.strip()]
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._waiting: deque[Due] = deque()
        self._busy: Counter[str] = Counter()  # requests under way by host
        self._pool = ThreadPoolExecutor(AT_ONCE, "assets")
        self._thread = threading.Thread(target=self._run, name="assets", daemon=True)

    def start(self) -> None:
        if self._settings.fetch == "on":
            self._thread.start()

    def stop(self) -> None:
        """Begin nothing new; what was claimed is another worker's later."""
        self._stopping.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        pause = LOOK_S
        while not self._stopping.wait(pause):
            try:
                more = self._look()
                pause = LOOK_S if more or self._waiting else QUIET_S
            except (OSError, psycopg.Error) as error:
                event(log, logging.WARNING, "assets_wait", error=" ".join(str(error).split()))
                pause = QUIET_S

    def _look(self) -> bool:
        """Claim what there is room for, and begin what its host has room for; whether anything was claimed."""
        room = WAITING - len(self._waiting)
        due = assets.claim(self._database, room, HOLD_S) if room > 0 else []
        with self._lock:
            self._waiting += due
        self._begin()
        return bool(due)

    def _begin(self) -> None:
        with self._lock:
            if self._stopping.is_set():
                return
            for _ in range(len(self._waiting)):
                one = self._waiting.popleft()
                host = _host(one)
                if self._busy[host] >= AT_ONCE_A_HOST or self._busy.total() >= AT_ONCE:
                    self._waiting.append(one)
                    continue
                self._busy[host] += 1
                self._pool.submit(self._fetch, one)

    def _fetch(self, due: Due) -> None:
        try:
            self._settle(due)
        except (OSError, psycopg.Error) as error:  # one of our stores: the claim runs out, and it is tried again
            event(log, logging.WARNING, "asset_not_kept", project=due.project_id, error=" ".join(str(error).split()))
        except Exception as error:  # noqa: BLE001 - whatever lies there must not end this thread, nor be asked for again and again
            event(log, logging.ERROR, "asset_broken", project=due.project_id, error=repr(error))
            self._lacks(due, NotKept("unreachable", repr(error)))
        finally:
            with self._lock:
                self._busy[_host(due)] -= 1
            self._begin()

    def _settle(self, due: Due) -> None:
        gate = Gate(due.origins, self._private, most_bytes=min(MOST_BYTES, self._settings.largest_kb * 1024))
        keeper = Keeper(self._blobs, due.project_id, gate, self._settings.project_mb * 1_048_576 - due.kept_bytes)
        try:
            found = keeper.keep(due.address, due.etag, due.modified)
        except NotKept as error:
            self._lacks(due, error)
            return
        with self._database.transaction() as connection:
            if found is None:
                assets.unchanged(connection, due)
            else:
                assets.found(connection, due, found)
        metrics.fetched.labels("unchanged" if found is None else "kept").inc()

    def _lacks(self, due: Due, error: NotKept) -> None:
        again = AGAIN_S[due.attempts - 1] if error.again and due.attempts <= len(AGAIN_S) else None
        with self._database.transaction() as connection:
            assets.not_found(connection, due, error.reason, again)
        metrics.fetched.labels(error.reason).inc()


def _host(due: Due) -> str:
    try:
        return urlsplit(due.address).netloc.lower()
    except ValueError:
        return ""
