"""A site of the test's own: serves pages that carry the tracker, and keeps what the tracker sends."""

from __future__ import annotations

import gzip
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask, Response, request
from werkzeug.serving import make_server

ROOT = Path(__file__).resolve().parents[3]
DIST = ROOT / "snippet" / "dist"
PATIENCE_S = 20
Event = dict[str, Any]


@dataclass
class Sent:
    """A request that the tracker has made. `query`: in the order in which it was written."""

    channel: str
    query: list[tuple[str, str]]
    content_type: str
    body: bytes
    status: int

    @property
    def fields(self) -> dict[str, str]:
        return dict(self.query)

    @property
    def opened(self) -> bytes:
        """The body, gunzipped if it was sent so."""
        return gzip.decompress(self.body) if self.body[:2] == b"\x1f\x8b" else self.body

    @property
    def events(self) -> list[Event]:
        """Interactions, or rrweb events."""
        decoded = json.loads(self.opened)
        events: list[Event] = decoded["e"] if self.channel == "e" else decoded
        return events


@dataclass
class CollectingSite:
    """`pages`: path → (body, more headers). `answer`: decides the status and headers of a request by the tracker."""

    address: str = ""
    key: str = ""
    pages: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    record: bool = False
    rules: dict[str, Any] = field(default_factory=dict)  # of the configuration: `sample`, `all`
    answer: Callable[[Sent], tuple[int, dict[str, str]]] = lambda sent: (204, {})
    loader_requests: int = 0

    def reset(self) -> None:
        """A site of another key, without pages; what pages of the one before still send is not its own."""
        self.key = secrets.token_hex(8)
        self.pages.clear()
        self.sent.clear()
        self.record = False
        self.rules = {}
        self.answer = lambda sent: (204, {})

    def page(self, path: str, body: str, head: str = "", snippet: str | None = None, **headers: str) -> str:
        """Puts a page there that carries the snippet; answers its address."""
        snippet = f'<script async src="/h/{self.key}.js"></script>' if snippet is None else snippet
        html = (
            f"<!doctype html><html lang=en><head><meta charset=utf-8><title>A page</title>{head}{snippet}</head>"
            f"<body>{body}</body></html>"
        )
        self.pages[path] = (html, headers)
        return self.address + path

    def loader(self) -> str:
        """The loader as the collector gives it out."""
        names = json.loads((DIST / "manifest.json").read_text())["names"]
        config = {
            "key": self.key,
            "collector": self.address,
            "files": f"{self.address}/t/{names}",
            "record": self.record,
            **self.rules,
        }
        return (DIST / "loader.js").read_text().replace("__HEATWAKE_CONFIG__", json.dumps(config))

    def requests(self, channel: str) -> list[Sent]:
        return [one for one in list(self.sent) if one.channel == channel]

    def events(self, kind: str | None = None) -> list[Event]:
        """The interactions that were stored, each sequence number once; each with its session `s` and page view `p`."""
        stored: dict[tuple[str, str, str], Sent] = {}
        for one in self.requests("e"):
            if one.status == 204:
                stored.setdefault((one.fields["s"], one.fields["p"], one.fields["n"]), one)
        every = [
            {**event, "p": one.fields["p"], "s": one.fields["s"]} for one in stored.values() for event in one.events
        ]
        return [event for event in every if kind in (None, event["k"])]

    def recording(self, page_view: str | None = None) -> list[Event]:
        """The rrweb events that were stored, by page view and sequence number."""
        chunks = {
            (one.fields["p"], int(one.fields["n"])): one
            for one in self.requests("r")
            if one.status == 204 and page_view in (None, one.fields["p"])
        }
        first_seen = list(dict.fromkeys(view for view, _ in chunks))
        ordered = sorted(chunks, key=lambda key: (first_seen.index(key[0]), key[1]))
        return [event for key in ordered for event in chunks[key].events]

    def wait(self, condition: Callable[[], Any], what: str = "") -> Any:
        """Waits until `condition()` holds and answers it."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            value = condition()
            if value:
                return value
            time.sleep(0.02)
        kinds = [event["k"] for event in self.events()]
        raise AssertionError(f"{what or 'it'} did not come in {PATIENCE_S} s; came: {kinds}")

    def wait_for(self, kind: str, count: int = 1) -> list[Event]:
        """Waits until there are `count` events of a kind."""
        return list(
            self.wait(lambda: (found := self.events(kind)) and len(found) >= count and found, f"{count} {kind}")
        )


@contextmanager
def serving(host: str = "127.0.0.1") -> Iterator[CollectingSite]:
    """A collecting site on a free port."""
    site = CollectingSite()
    app = Flask(__name__)

    @app.get("/h/<name>")
    def loader(name: str) -> Response:
        site.loader_requests += 1
        return Response(site.loader(), mimetype="text/javascript")

    @app.get("/t/<name>")
    def script(name: str) -> Response:
        return Response((DIST / name).read_bytes(), mimetype="text/javascript")

    @app.post("/c/<channel>")
    def collect(channel: str) -> Response:
        query = parse_qsl(request.query_string.decode(), keep_blank_values=True)
        one = Sent(channel, query, request.headers.get("Content-Type", ""), request.get_data(), 0)
        if one.fields.get("k") != site.key:
            return Response(status=204)
        one.status, headers = site.answer(one)
        site.sent.append(one)
        return Response(status=one.status, headers={"Access-Control-Allow-Origin": "*", **headers})

    @app.get("/", defaults={"path": ""})
    @app.get("/<path:path>")
    def page(path: str) -> Response:
        html, headers = site.pages.get(f"/{path}", ("", {}))
        return Response(html, 200 if html else 404, headers, mimetype="text/html")

    server = make_server(host, 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site.address = f"http://{host}:{server.port}"
    yield site
    server.shutdown()
