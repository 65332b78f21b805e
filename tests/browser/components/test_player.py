"""The player in a real browser, with recordings of the real recorder."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from conftest import ComponentsApp, Record
from heatwake_components import Player
from playwright.sync_api import Page

FRAME = ".hw-stage-frame iframe"
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


def outputs(page: Page) -> dict[str, Any]:
    """What Dash's callbacks see of the component."""
    text = page.inner_text("#outputs")
    return json.loads(text) if text else {}


def wait_for_state(page: Page, state: str) -> dict[str, Any]:
    page.wait_for_function(
        "(state) => { const t = document.querySelector('#outputs').textContent; return t && JSON.parse(t).state === state }",
        arg=state,
    )
    return outputs(page)


def frame_text(page: Page) -> str:
    return str(page.evaluate(f"({TEXT_OF})(document.querySelector('{FRAME}').contentDocument)"))


def buying(page: Page) -> None:
    page.mouse.move(200, 200)
    page.mouse.move(640, 300, steps=8)
    page.click("#buy")
    page.wait_for_selector("#thanks")
    page.mouse.wheel(0, 500)
    page.fill("input[name=name]", "Ada")
    page.wait_for_function("events.filter((e) => e.type === 3 && e.data.source === 3).length > 0")
    page.evaluate("window.lastText = document.title")


@pytest.fixture
def session(record: Record) -> tuple[list[dict[str, Any]], str]:
    """Two page views, half a minute apart, and the text of the first as the visitor saw it at its end."""
    texts: list[str] = []

    def visit(page: Page) -> None:
        buying(page)
        texts.append(str(page.evaluate(f"({TEXT_OF})(document)")))

    first = record("garden.html", visit)
    second = record("thanks.html", lambda page: page.mouse.move(300, 300, steps=4), 900, 700)
    shift = first[-1]["timestamp"] + 30_000 - second[0]["timestamp"]
    return first + [{**event, "timestamp": event["timestamp"] + shift} for event in second], texts[0]


Show = Callable[[Any], Page]


def test_player_shows_the_page_as_the_visitor_saw_it(
    app: ComponentsApp, show: Show, session: tuple[list[dict[str, Any]], str]
) -> None:
    events, text = session
    app.answers["session"] = {"events": events}
    page = show(Player(id="player", eventsUrl=app.url("session")))
    ready = wait_for_state(page, "ready")
    assert ready["durationMs"] == events[-1]["timestamp"] - events[0]["timestamp"]
    assert "Thank you" not in frame_text(page)
    page.focus(".hw-timeline")
    last_of_first = max(e["timestamp"] for e in events if e["timestamp"] < events[-1]["timestamp"] - 20_000)
    page.evaluate("() => {}")
    for _ in range(int((last_of_first - events[0]["timestamp"]) // 5000) + 1):
        page.keyboard.press("ArrowRight")
    assert wait_for_state(page, "paused")["positionMs"] > 0
    assert frame_text(page) == text
