"""One log line a request with its request id, and its time in a histogram; never a visitor's data or a token."""

from __future__ import annotations

import logging
import re
import secrets
import time

from flask import Flask, Response, g, request
from prometheus_client import Histogram

from heatwake.logs import event

log = logging.getLogger(__name__)
FORM = re.compile(r"^[A-Za-z0-9._-]{1,64}$")
QUIET = frozenset({"health.healthz", "health.readyz", "health.metrics", "_dash_assets.static"})
SECONDS = Histogram(
    "heatwake_dashboard_request_seconds",
    "Time of a request. High: a query is slow; the log's lines of the route name the requests.",
    ["route", "status"],
)


def request_id() -> str:
    """The id under which this request stands in every log: the edge's, or one made here."""
    known: str | None = g.get("heatwake_request_id")
    if known is None:
        given = request.headers.get("X-Request-Id", "")
        known = g.heatwake_request_id = given if FORM.match(given) else secrets.token_hex(8)
    return known


def attach(app: Flask) -> None:
    """Log and measure every request of `app`; probes and static files are logged only when they fail."""

    @app.before_request
    def begin() -> None:
        g.heatwake_began = time.perf_counter()

    @app.after_request
    def end(answer: Response) -> Response:
        took = time.perf_counter() - g.get("heatwake_began", time.perf_counter())
        route = request.endpoint or "unknown"
        answer.headers["X-Request-Id"] = request_id()
        SECONDS.labels(route, str(answer.status_code)).observe(took)
        level = logging.WARNING if answer.status_code >= 500 else logging.INFO
        if route not in QUIET or level > logging.INFO:
            event(
                log,
                level,
                "request",
                request_id=request_id(),
                method=request.method,
                route=route,
                status=answer.status_code,
                ms=round(took * 1000, 2),
            )
        return answer
