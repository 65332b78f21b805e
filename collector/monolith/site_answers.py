"""`GET /internal/sites/<key>`: what the door asks when neither its own memory nor memcached knows a site."""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response

from collector.monolith.site_directory import SiteDirectory
from storage.postgres import DatabaseUnavailable


def blueprint(directory: SiteDirectory) -> Blueprint:
    """Routes that answer from `directory`."""
    routes = Blueprint("sites", __name__)

    @routes.get("/internal/sites/<key>")
    def site(key: str) -> Response:
        try:
            known = directory.lookup(key)
        except DatabaseUnavailable as error:
            return Response(str(error), 503, mimetype="text/plain")
        return Response(msgspec.json.encode(known), 200, mimetype="application/json")

    return routes
