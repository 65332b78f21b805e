"""`/healthz`, `/readyz`, `/metrics` of the worker, on a port of this machine only."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from collector.worker.metrics import registry

STUCK_S: Final = 120  # without a sign of life from the loop the process is not alive


class Health:
    """What the worker's loop tells about itself; read by other threads."""

    def __init__(self) -> None:
        self.trouble: str | None = "the worker has not looked at the event stream yet"
        self._seen = time.monotonic()

    def beat(self) -> None:
        """The loop goes on."""
        self._seen = time.monotonic()

    @property
    def alive(self) -> bool:
        return time.monotonic() - self._seen < STUCK_S


def serve(health: Health, port: int) -> ThreadingHTTPServer:
    """Answer on 127.0.0.1:`port` from a thread until the server is shut down."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(200, generate_latest(registry), CONTENT_TYPE_LATEST)
            elif self.path == "/healthz":
                self._json(200 if health.alive else 503, {"alive": health.alive})
            elif self.path == "/readyz":
                why = health.trouble
                self._json(*((503, {"ready": False, "why": [why]}) if why else (200, {"ready": True})))
            else:
                self._json(404, {"error": {"code": "not_found", "message": "/healthz, /readyz and /metrics are here."}})

        def _json(self, status: int, value: object) -> None:
            self._answer(status, json.dumps(value).encode(), "application/json")

        def _answer(self, status: int, body: bytes, content_type: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Probes are not worth a line."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Answers)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server
