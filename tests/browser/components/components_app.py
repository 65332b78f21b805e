"""What the component tests share: the app under test, reading its outputs, and how a visitor acts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

Events = list[dict[str, Any]]
Record = Callable[..., Events]
Show = Callable[[Any], Page]

TEXT_OF = """(page) => {
  const texts = [];
  const visit = (node) => {
    if (node.nodeType === 3) texts.push(node.data.trim());
    if (['STYLE', 'SCRIPT', 'NOSCRIPT', 'TITLE', 'TEXTAREA'].includes(node.nodeName)) return;
    if (node.shadowRoot) node.shadowRoot.childNodes.forEach(visit);
    if (node.nodeName === 'IFRAME' && node.contentDocument) visit(node.contentDocument.documentElement);
    node.childNodes.forEach(visit);
  };
  visit(page.documentElement);
  return texts.filter(Boolean).join(' ');
}"""
FRAME = ".hw-stage-frame iframe, .hw-heatmap-frame iframe"


@dataclass
class ComponentsApp:
    """The app under test. `answers`: what its API answers, by name; `requests`: every path that was asked for."""

    address: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    component: Any = None

    def url(self, name: str) -> str:
        """The address of an answer."""
        return f"/answers/{name}"


def outputs(page: Page) -> dict[str, Any]:
    """What Dash's callbacks see of the component."""
    text = page.text_content("#outputs")
    return dict(json.loads(text)) if text else {}


def wait_for(page: Page, condition: str) -> dict[str, Any]:
    """Waits until `condition`, JavaScript over the outputs `o`, holds; answers the outputs."""
    read = "JSON.parse(document.querySelector('#outputs').textContent || '{}')"
    page.wait_for_function(f"() => {{ const o = {read}; return {condition} }}")
    return outputs(page)


def wait_for_state(page: Page, state: str) -> dict[str, Any]:
    return wait_for(page, f"o.state === '{state}'")


def frame_text(page: Page) -> str:
    """The text of the page that a player or a map shows, with shadow roots and frames within."""
    return str(page.evaluate(f"({TEXT_OF})(document.querySelector('{FRAME}').contentDocument)"))


def page_text(page: Page) -> str:
    """The text of a page as its visitor sees it."""
    return str(page.evaluate(f"({TEXT_OF})(document)"))


def later(events: Events, start: int) -> Events:
    """`events` moved in time so that they begin at `start`, unix ms."""
    shift = start - int(events[0]["timestamp"])
    return [{**event, "timestamp": event["timestamp"] + shift} for event in events]


def buy_seeds(page: Page) -> None:
    """Moves, clicks, scrolls and types on `garden.html`, and waits until the recorder has seen it."""
    page.mouse.move(200, 200)
    page.mouse.move(640, 300, steps=8)
    page.click("#buy")
    page.wait_for_selector("#thanks")
    page.mouse.wheel(0, 500)
    page.fill("input[name=name]", "Ada")
    for source in (1, 2, 3, 5):
        page.wait_for_function(f"events.some((e) => e.type === 3 && e.data.source === {source})")
