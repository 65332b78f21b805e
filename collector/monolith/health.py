"""`/healthz`, `/readyz`, `/metrics` of the monolith."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from storage.postgres import Database, DatabaseUnavailable


def blueprint(database: Database, registry: CollectorRegistry) -> Blueprint:
    """Ready: Postgres answers. Without it only cached sites are known."""
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    def healthz() -> Response:
        return jsonify({"alive": True})

    @routes.get("/readyz")
    def readyz() -> tuple[Response, int]:
        try:
            database.check()
        except DatabaseUnavailable as error:
            return jsonify({"ready": False, "why": [str(error)]}), 503
        return jsonify({"ready": True}), 200

    @routes.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return routes
