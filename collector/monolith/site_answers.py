"""`GET /internal/sites?keys=<key>,<key>`: what the door asks when neither its own memory nor memcached knows sites."""

from __future__ import annotations

from typing import Final

import msgspec
from flask import Blueprint, Response, request

from collector.monolith.site_directory import SiteDirectory
from storage.postgres import DatabaseUnavailable

# That lua/sites.lua asks for at once. Of 32 characters each they fit into gunicorn's longest request line, 4,094.
MOST_KEYS: Final = 100
MOST_BYTES: Final = 500_000  # after which an answer ends with the line at hand; lua/monolith.lua takes up to 1 MiB


def blueprint(directory: SiteDirectory) -> Blueprint:
    """Routes that answer from `directory`."""
    routes = Blueprint("sites", __name__)
    encoder = msgspec.json.Encoder()

    @routes.get("/internal/sites")
    def sites() -> Response:
        """A line of JSON for each key, in the order of the keys: the door keeps each as it is.

        Where sites have thousands of origins the last keys are left out; the door asks for them again.
        """
        keys = request.args.get("keys", "").split(",")
        if len(keys) > MOST_KEYS:
            return Response(f"{len(keys)} keys; at most {MOST_KEYS} are answered at once.", 400, mimetype="text/plain")
        try:
            known = directory.lookup(keys)
        except DatabaseUnavailable as error:
            return Response(str(error), 503, mimetype="text/plain")
        lines = bytearray()
        for key in keys:
            lines += encoder.encode(known[key]) + b"\n"
            if len(lines) > MOST_BYTES:
                break
        return Response(bytes(lines), 200, mimetype="application/x-ndjson")

    return routes
