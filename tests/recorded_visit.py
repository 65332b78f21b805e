"""A visit as the tracker sends it, for tests: two pages, clicks, a custom event and a recording in two chunks."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

from door import Door, Visitor, events
from running_stack import Stack

HOME, CART = "https://shop.example/", "https://shop.example/cart"
BOX = [10, 20, 100, 40]


@dataclass(frozen=True)
class SentVisit:
    """What was sent: `session` as the API writes it, and the recording's rrweb events in their order."""

    session: str
    recorded: list[dict[str, Any]]


def page(url: str, at: int) -> dict[str, Any]:
    return {"k": "page", "t": at, "url": url, "title": url[-4:], "nav": "load", "vw": 1280, "vh": 800, "dh": 2400}


def click(selector: str, at: int, text: str = "Buy") -> dict[str, Any]:
    return {"k": "click", "t": at, "el": selector, "fx": 5000, "fy": 2500, "b": BOX, "text": text}


def recording(at: int) -> list[dict[str, Any]]:
    """Meta, full snapshot and two mutations; the second pair goes into a chunk of its own."""
    body = {"type": 2, "tagName": "body", "attributes": {}, "childNodes": [{"type": 3, "textContent": "Shop", "id": 4}]}
    html = {"type": 2, "tagName": "html", "attributes": {}, "childNodes": [{**body, "id": 3}], "id": 2}
    return [
        {"type": 4, "timestamp": at, "data": {"href": HOME, "width": 1280, "height": 800}},
        {"type": 2, "timestamp": at + 1, "data": {"node": {"type": 0, "childNodes": [html], "id": 1}}},
        {"type": 3, "timestamp": at + 500, "data": {"source": 2, "type": 2, "id": 3, "x": 40, "y": 30}},
        {"type": 3, "timestamp": at + 900, "data": {"source": 3, "id": 1, "x": 0, "y": 700}},
    ]


def send_visit(stack: Stack, site_key: str, clicks: int = 2, buys: bool = True) -> SentVisit:
    """Send it through the edge; returns when all of it has been acknowledged."""
    door = Door(stack)
    first = Visitor()
    second = Visitor(session=first.session, visitor=first.visitor)
    at = int(time.time() * 1000) - 5000
    begun = [page(HOME, at), *(click("#buy", at + 100 * (number + 1)) for number in range(clicks))]
    bodies = [("/c/e?" + first.query(site_key), events(*begun))]
    if buys:
        bought = {"k": "event", "t": at + 2500, "name": "purchase", "props": {"total": 3}}
        then = [page(CART, at + 2000), click("#pay", at + 2200, "Pay"), bought]
        bodies.append(("/c/e?" + second.query(site_key), events(*then)))
    recorded = recording(at)
    bodies += [
        (f"/c/r?{first.query(site_key, number)}", json.dumps(recorded[2 * number : 2 * number + 2]).encode())
        for number in (0, 1)
    ]
    for path, body in bodies:
        answer = door.send(path, body)
        assert answer.status == 204, answer.body
    door.close()
    return SentVisit(str(uuid.UUID(first.session)), recorded)
