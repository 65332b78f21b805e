"""`python -m collector.worker`: the worker of one node, HEATWAKE_NODE (1, 2, …)."""

from __future__ import annotations

import gc
import os
import signal
import socket
from typing import Final

from collector.assets.fetcher import Fetcher
from collector.worker.health import Health, serve
from collector.worker.run import Stores, Worker
from heatwake.logs import start_logs
from heatwake.settings import load
from storage.postgres import Database
from storage.removal import kept_by

# A batch is some hundred thousand objects without a cycle among them. Python's collector would look at all of them
# again and again while they are made; this way it comes seldom, for the few cycles that errors and libraries leave.
GARBAGE_AFTER: Final = 500_000


def main() -> None:
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)
    settings = load()
    node = int(os.environ.get("HEATWAKE_NODE", "1"))
    start_logs(f"worker-{node}", settings.log_level)
    database = Database(settings, "worker")
    kept = kept_by(settings, database)
    stores = Stores(
        database=database,
        stream=kept.stream,
        blobs=kept.blobs,
        index=kept.sessions if settings.sessions != "postgres" else None,
        kept=kept,
    )
    health = Health()
    # Connections of its own: a batch never waits for one that the fetcher has.
    fetcher = Fetcher(Database(settings, "worker", size=4), stores.blobs, settings.assets)
    # The name outlives the process: one that was killed and started again has its leases at once.
    worker = Worker(stores, settings.collector, f"{socket.gethostname()}/{node}", health)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    server = serve(health, settings.collector.worker_metrics_port + node - 1)
    fetcher.start()
    worker.run()
    fetcher.stop()
    server.shutdown()


if __name__ == "__main__":
    main()
