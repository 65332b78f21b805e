"""A plant shop's visits, sent through the edge as a tracker sends them: what every visitor did is known.

| visitor | pages            | clicks                         | events           | browser |
| ------- | ---------------- | ------------------------------ | ---------------- | ------- |
| ada     | home, cart, done | #buy twice, #pay, #gone        | purchase plan=pro | Firefox |
| ben     | home, cart       | #buy, #pay                     | purchase plan=free | Firefox |
| cleo    | home, cart       | #buy, #story                   |                  | Chrome  |
| dan     | home             | #story, #story, #gone          |                  | Chrome  |
| eve     | cart             |                                |                  | Chrome  |

All were recorded; the home page's picture has no #gone.
"""

from __future__ import annotations

import gzip
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from door import Door, Visitor, events, until
from playwright.sync_api import Page
from public_api import PublicApi
from running_stack import Stack

HOST = "plants.example"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)
TEXTS = {"#buy": "Buy a fern", "#story": "Our story", "#pay": "Pay now", "#gone": "Half price today"}
HOME_WORDS = "Ferns that forgive"
WIDTH, HEIGHT = 1280, 800

Look = Callable[..., Page]  # (address, email, width) → the page as that user sees it
Did = tuple[str, list[str], list[tuple[str, dict[str, Any]]]]  # path, clicks, events
WAYS: dict[str, tuple[str, list[Did]]] = {
    "ada": (
        FIREFOX,
        [
            ("/", ["#buy", "#buy", "#gone"], []),
            ("/cart", ["#pay"], [("purchase", {"plan": "pro", "total": 12})]),
            ("/done", [], []),
        ],
    ),
    "ben": (FIREFOX, [("/", ["#buy"], []), ("/cart", ["#pay"], [("purchase", {"plan": "free", "total": 0})])]),
    "cleo": (CHROME, [("/", ["#buy", "#story"], []), ("/cart", [], [])]),
    "dan": (CHROME, [("/", ["#story", "#story", "#gone"], [])]),
    "eve": (CHROME, [("/cart", [], [])]),
}


@dataclass(frozen=True)
class PlantShop:
    """The project that the visits went to; `sessions`: the session's id of each visitor, as addresses have it."""

    stack: Stack
    project_id: int
    sessions: dict[str, str]
    home: int

    def path(self, path: str, query: str = "") -> str:
        """An address of the dashboard within the project."""
        return f"{self.stack.edge}{path}?p={self.project_id}" + (f"&{query}" if query else "")


def send_all(stack: Stack) -> PlantShop:
    """Send every visit; returns when the dashboard's own figures know them all."""
    project = stack.new_project(f"Plants {uuid.uuid4().hex[:8]}", f"https://{HOST}")
    door = Door(stack)
    begun = int(time.time() * 1000) - 120_000
    sessions = {
        name: _send(door, project["site_key"], begun + 10_000 * number, *way)
        for number, (name, way) in enumerate(WAYS.items())
    }
    door.close()
    api = PublicApi(stack, project["project_id"], project["api_key"])

    views = sum(len(pages) for _, pages in WAYS.values())

    def known() -> bool:
        items = api.get("/recordings")["items"]
        return (
            len(items) == len(WAYS)
            and sum(row["pages"] for row in items) == views
            and all(r["recorded"] for r in items)
        )

    until(known, "all visits to be counted")
    pages = api.get("/pages")["items"]
    home = next(page["page"] for page in pages if page["url"] == f"{HOST}/")
    until(lambda: api.get(f"/pages/{home}/snapshot")["event"], "the home page's picture")
    return PlantShop(stack, project["project_id"], sessions, home)


def _send(door: Door, site_key: str, begun: int, browser: str, way: list[Did]) -> str:
    """One visit; its session's id."""
    visitor = Visitor()
    headers = {"Origin": f"https://{HOST}", "User-Agent": browser}
    for number, (path, clicks, told) in enumerate(way):
        view = Visitor(session=visitor.session, visitor=visitor.visitor)
        at = begun + number * 3_000
        happened: list[dict[str, Any]] = [_page(path, at)]
        happened += [_click(selector, at + 500 * (each + 1)) for each, selector in enumerate(clicks)]
        happened += [{"k": "event", "t": at + 2_500, "name": name, "props": props} for name, props in told]
        happened.append({"k": "leave", "t": at + 2_900, "d": 60 if path == "/" else 100, "dh": 1600, "ms": 2_900})
        bodies = [("/c/e", events(*happened)), ("/c/r", gzip.compress(json.dumps(_recorded(path, at)).encode()))]
        for channel, body in bodies:
            answer = door.send(f"{channel}?{view.query(site_key)}", body, headers=headers)
            assert answer.status == 204, answer.body
    return str(uuid.UUID(visitor.session))


def _page(path: str, at: int) -> dict[str, Any]:
    title = {"/": "Plants that forgive", "/cart": "Your cart", "/done": "Thank you"}[path]
    return {
        "k": "page", "t": at, "url": f"https://{HOST}{path}", "title": title, "ref": "", "nav": "load",
        "vw": WIDTH, "vh": HEIGHT, "dh": 1600, "sw": WIDTH, "lang": "en", "tz": "UTC",
    }  # fmt: skip


def _click(selector: str, at: int) -> dict[str, Any]:
    box = [100, 300, 160, 48]
    return {"k": "click", "t": at, "el": selector, "fx": 5_000, "fy": 5_000, "b": box, "text": TEXTS[selector]}


def _recorded(path: str, at: int) -> list[dict[str, Any]]:
    """What the recorder saw of a page: its picture, a click, a scroll."""
    ids = iter(range(1, 1_000))

    def text(words: str) -> dict[str, Any]:
        return {"type": 3, "textContent": words, "id": next(ids)}

    def element(name: str, style: str, *children: dict[str, Any], **attributes: str) -> dict[str, Any]:
        known = {**attributes, **({"style": style} if style else {})}
        return {"type": 2, "tagName": name, "attributes": known, "childNodes": list(children), "id": next(ids)}

    def button(selector: str, left: int) -> dict[str, Any]:
        style = f"position:absolute;left:{left}px;top:300px;width:160px;height:48px"
        return element("button", style, text(TEXTS[selector]), id=selector[1:])

    words = HOME_WORDS if path == "/" else f"This is {path[1:]}"
    shown = [button("#buy", 100), button("#story", 600)] if path == "/" else [button("#pay", 100)]
    body = element("body", "margin:0;height:1600px;position:relative", element("h1", "", text(words)), *shown)
    html = element("html", "", element("head", ""), body)
    document = {
        "type": 0,
        "childNodes": [{"type": 1, "name": "html", "publicId": "", "systemId": "", "id": next(ids)}, html],
    }
    document["id"] = next(ids)
    return [
        {"type": 4, "timestamp": at, "data": {"href": f"https://{HOST}{path}", "width": WIDTH, "height": HEIGHT}},
        {"type": 2, "timestamp": at + 1, "data": {"node": document, "initialOffset": {"top": 0, "left": 0}}},
        {"type": 3, "timestamp": at + 500, "data": {"source": 2, "type": 2, "id": body["id"], "x": 180, "y": 320}},
        {"type": 3, "timestamp": at + 2_900, "data": {"source": 3, "id": document["id"], "x": 0, "y": 400}},
    ]


def sessions_listed(page: Page) -> set[str]:
    """Ids of the sessions in the list of recordings."""
    page.wait_for_selector(".hw-sessions a, .hw-empty")
    links = page.locator(".hw-sessions a").evaluate_all("(all) => all.map((a) => new URL(a.href).pathname)")
    return {path.rsplit("/", 1)[-1] for path in links}
