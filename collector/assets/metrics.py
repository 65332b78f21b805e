"""What the fetcher of assets counts, among the worker's metrics."""

from __future__ import annotations

from prometheus_client import Counter

from collector.worker.metrics import registry

fetched = Counter(
    "heatwake_worker_assets_total",
    "Pictures, fonts and stylesheets of recorded pages by what became of them. Much `blocked_address`: an intranet's"
    " site needs assets.private_origins; much `over_quota`: raise assets.project_mb.",
    ["outcome"],
    registry=registry,
)
