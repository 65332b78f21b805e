"""What a tracker sends, for tests: sites of a test's own, visitors, requests to the collector's door and answers."""

from __future__ import annotations

import http.client
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from running_stack import Stack

from storage.first_project import ensure_first_project

PAGE = {"k": "page", "t": 0, "url": "https://shop.example/", "nav": "load", "vw": 1280, "vh": 800, "dh": 2400}
CLICK = {"k": "click", "t": 0, "el": "#buy", "fx": 5000, "fy": 5000, "b": [10, 20, 100, 40], "text": "Buy"}


@dataclass(frozen=True)
class Site:
    """A site that a test made, with its project."""

    project_id: int
    key: str
    api_key: str


def new_site(stack: Stack, origin: str = "") -> Site:
    """A project with one site; pages of `origin` may send to it, by default the shop's."""
    key, api_key = secrets.token_hex(8), f"hw_{secrets.token_hex(20)}"
    owner = stack.settings.dsn("owner")
    project = ensure_first_project(owner, "Door tests", f"Project of {key}", origin or stack.shop, key, api_key)
    return Site(project, key, api_key)


@dataclass(frozen=True)
class Visitor:
    """The random ids of a browser, as hex digits: its session, its page view, itself."""

    session: str = field(default_factory=lambda: secrets.token_hex(16))
    page_view: str = field(default_factory=lambda: secrets.token_hex(6))
    visitor: str = field(default_factory=lambda: secrets.token_hex(16))

    def query(self, key: str, number: int = 0, **changes: str | None) -> str:
        """The query string of request `number`, as a tracker writes it; `changes` replace fields, None omits one."""
        fields: dict[str, str | None] = {"v": "1", "k": key, "s": self.session, "p": self.page_view, "n": str(number)}
        fields |= {"u": self.visitor, "t": str(int(time.time() * 1000))} | changes
        return "&".join(f"{name}={value}" for name, value in fields.items() if value is not None)


def events(*listed: Mapping[str, Any]) -> bytes:
    """The body of `POST /c/e`; without events a page view with a click. `t` 0 becomes now."""
    now = int(time.time() * 1000)
    whole = [{**event, "t": event["t"] or now} for event in listed or (PAGE, CLICK)]
    return json.dumps({"e": whole}, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Answer:
    """What the door answered."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def code(self) -> str:
        """The error's code; empty for an answer without one (nginx' own, to what is no HTTP)."""
        told = self.headers["Content-Type"] == "application/json"
        return str(json.loads(self.body)["error"]["code"]) if told else ""

    @property
    def request_id(self) -> str:
        return self.headers["X-Request-Id"] or ""


class Door:
    """One browser's connection to the edge. Sends as a page of the shop unless `Origin` says otherwise.

    `node`: to this node's own nginx instead, past the edge.
    """

    def __init__(self, stack: Stack, timeout_s: float = 30, node: int = 0) -> None:
        self._origin = stack.shop
        own = f"127.0.0.1:{stack.settings.collector.port + node - 1}"
        self._connection = http.client.HTTPConnection(own if node else urlsplit(stack.edge).netloc, timeout=timeout_s)

    def send(
        self, path: str, body: bytes = b"", method: str = "POST", headers: Mapping[str, str | None] | None = None
    ) -> Answer:
        """The answer to one request. Raises OSError or http.client.HTTPException when there is none."""
        usual = {"Content-Type": "text/plain;charset=UTF-8", "Origin": self._origin, "User-Agent": "HeatwakeTest/1"}
        sent = {name: value for name, value in {**usual, **(headers or {})}.items() if value is not None}
        try:
            self._connection.request(method, path, body, sent)
            answer = self._connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        except (OSError, http.client.HTTPException):
            self._connection.close()  # the next request makes a new one
            raise

    def get(self, path: str, **headers: str) -> Answer:
        """GET, without the headers of a page's request."""
        return self.send(path, method="GET", headers={"Content-Type": None, "Origin": None, **headers})

    def close(self) -> None:
        self._connection.close()


def until(condition: Callable[[], Any], what: str, seconds: float = 60) -> Any:
    """Wait for `condition` and give what it gave."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.05)
    return value
