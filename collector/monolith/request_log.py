"""One log line a request with its request id, and its time in a histogram; never a visitor's data."""

from __future__ import annotations

import logging
import time

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Histogram

from heatwake.logs import event

log = logging.getLogger(__name__)
QUIET = frozenset({"health.healthz", "health.readyz", "health.metrics"})


def attach(app: Flask, registry: CollectorRegistry) -> None:
    """Log and measure every request of `app`; probes and scrapes are logged only when they fail."""
    seconds = Histogram(
        "heatwake_monolith_request_seconds",
        "Time of a request. High: Postgres is slow (site lookups) or clients send large application/json bodies.",
        ["route", "status"],
        registry=registry,
    )

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def end(answer: Response) -> Response:
        took = time.perf_counter() - g.began
        route = request.endpoint or "unknown"
        request_id = request.headers.get("X-Request-Id", "")
        answer.headers["X-Request-Id"] = request_id
        seconds.labels(route, str(answer.status_code)).observe(took)
        level = logging.WARNING if answer.status_code >= 500 else logging.INFO
        if route not in QUIET or level > logging.INFO:
            event(
                log,
                level,
                "request",
                request_id=request_id,
                route=route,
                status=answer.status_code,
                ms=round(took * 1000, 2),
            )
        return answer
