"""The stack's own Prometheus: scrapes every process that has figures."""

from __future__ import annotations

import json

from heatwake.settings import Settings
from ops.processes import Numbers
from ops.render import render


def targets(settings: Settings, numbers: Numbers) -> dict[str, list[str]]:
    """Job → addresses."""
    local, collector = "127.0.0.1", settings.collector
    found = {
        "edge": [f"{settings.edge.host}:{settings.edge.port}"],
        "node": [f"{local}:{collector.port + node - 1}" for node in numbers.get("node", [])],
        "monolith": [f"{local}:{collector.monolith_metrics_port + node - 1}" for node in numbers.get("monolith", [])],
        "worker": [f"{local}:{collector.worker_metrics_port + worker - 1}" for worker in numbers.get("worker", [])],
        "dashboard": [f"{local}:{settings.dashboard.port}"],
        "prometheus": [f"{local}:{settings.prometheus.port}"],
    }
    return {job: addresses for job, addresses in found.items() if numbers.get(job) and addresses}


def prepare(settings: Settings, numbers: Numbers) -> None:
    """Write `var/run/prometheus.yml` and make the data directory."""
    (settings.var / "data" / "prometheus").mkdir(parents=True, exist_ok=True)
    jobs = [
        f"  - job_name: {job}\n    static_configs:\n      - targets: {json.dumps(addresses)}"
        for job, addresses in targets(settings, numbers).items()
    ]
    render("prometheus.yml", settings.var / "run" / "prometheus.yml", jobs="\n".join(jobs))
