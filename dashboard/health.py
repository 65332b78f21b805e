"""`/healthz`, `/readyz`, `/metrics` of the dashboard."""

from __future__ import annotations

import os
from typing import Any, cast

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from dashboard.auth import guard
from dashboard.services import Services


def blueprint(services: Services) -> Blueprint:
    """Ready: Postgres answers with its schema. Without cache, blobs or search some pages answer still."""
    routes = Blueprint("health", __name__)

    @guard.route(routes, "/healthz", needs="public")
    def healthz() -> Response:
        return jsonify({"alive": True})

    @guard.route(routes, "/readyz", needs="public")
    def readyz() -> tuple[Response, int]:
        try:
            services.database.check()
        except OSError as error:
            return jsonify({"ready": False, "why": [str(error)]}), 503
        return jsonify({"ready": True}), 200

    @guard.route(routes, "/metrics", needs="public")
    def metrics() -> Response:
        # Several gunicorn workers share a directory of counters; a scrape reaches any of them.
        registry = REGISTRY
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            registry = CollectorRegistry()
            cast(Any, MultiProcessCollector)(registry)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return routes
