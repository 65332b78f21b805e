"""The heatmap over a page in a real browser: every count on the right element at the width that is shown."""

from __future__ import annotations

from typing import Any

import pytest
from components_app import FRAME, ComponentsApp, Record, Show, wait_for, wait_for_state
from playwright.sync_api import Browser, Page

from heatwake_components import HeatmapView

BUY = "#hero > div:nth-of-type(1) > button:nth-of-type(1)"
BASIL = "section:nth-of-type(2) > article:nth-of-type(2) > button:nth-of-type(1)"
SHADOW = "plant-card:nth-of-type(1) >>> p:nth-of-type(1) > b:nth-of-type(1)"


@pytest.fixture
def snapshot(app: ComponentsApp, record: Record) -> str:
    """The address of a snapshot of garden.html."""
    events = record("garden.html", lambda page: None)
    event = next(event for event in events if event["type"] == 2)
    app.answers["snapshot"] = {"event": event, "width": 1280, "height": 720}
    return app.url("snapshot")


def hottest(page: Page) -> list[float]:
    """Centre of the most opaque part of the heat, as shares of the page's width and height."""
    result: list[float] = page.evaluate("""() => {
      const canvas = document.querySelector('.hw-heatmap-overlay');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let best = 0, x = 0, y = 0, n = 0;
      for (let i = 0; i < data.length; i += 4) {
        const heat = data[i + 3] * 1000 + data[i] + data[i + 1] + data[i + 2];
        if (heat > best) { best = heat; x = y = n = 0 }
        if (heat === best && best) { x += (i / 4) % canvas.width + .5; y += Math.floor(i / 4 / canvas.width) + .5; n++ }
      }
      return [x / n / canvas.width, y / n / canvas.height];
    }""")
    return result


def real_box(browser: Browser, app: ComponentsApp, width: int, selector: str) -> dict[str, float]:
    """Where the element is on the page itself at this width, px of the page; with the page's height."""
    page = browser.new_page(viewport={"width": width, "height": 720})
    page.goto(f"{app.address}/recorded/garden.html")
    box: dict[str, float] = page.locator(selector).evaluate(
        "(e) => { const b = e.getBoundingClientRect(); return {x: b.x + scrollX, y: b.y + scrollY, width: b.width,"
        " height: b.height, page: document.documentElement.scrollHeight} }"
    )
    page.close()
    return box


@pytest.mark.parametrize("width", [1280, 600])
@pytest.mark.parametrize(
    ("selector", "on_page"),
    [(BUY, "#buy"), (BASIL, "article:nth-of-type(2) button"), (SHADOW, "plant-card b"), ("#hero", "#hero")],
)
def test_click_lies_where_the_element_is_at_this_width(
    app: ComponentsApp, show: Show, browser: Browser, snapshot: str, width: int, selector: str, on_page: str
) -> None:
    points = [[selector, 64, 191, 5]]
    page = show(HeatmapView(id="heatmap", snapshotUrl=snapshot, points=points, width=width, radius=12))
    ready = wait_for(page, "o.state === 'ready' && o.placed === 5")
    box = real_box(browser, app, width, on_page)
    assert ready["pageHeight"] == pytest.approx(box["page"], abs=2)
    assert ready["unplaced"] == 0
    x, y = hottest(page)
    assert x * width == pytest.approx(box["x"] + box["width"] * 64 / 255, abs=2)
    assert y * box["page"] == pytest.approx(box["y"] + box["height"] * 191 / 255, abs=2)


def test_what_does_not_show_is_unplaced_and_nothing_is_drawn(app: ComponentsApp, show: Show, snapshot: str) -> None:
    nowhere = [
        ["#not-there", 1, 1, 2],
        ["#gone", 1, 1, 3],  # display: none
        ["p >", 1, 1, 4],  # no selector at all
        ["div:nth-of-type(1) > div:nth-of-type(1) > span:nth-of-type(3)", 128, 128, 5],  # scrolled out of its strip
        ["article:nth-of-type(1)", 1, 1, 6],  # a path from the top names no article: it is a child of the section
        ["plant-card:nth-of-type(1) >>> i:nth-of-type(1)", 1, 1, 7],
    ]
    page = show(HeatmapView(id="heatmap", snapshotUrl=snapshot, points=nowhere))
    ready = wait_for(page, "o.state === 'ready' && o.unplaced > 0")
    assert (ready["placed"], ready["unplaced"]) == (0, 27)
    assert page.locator(".hw-legend").inner_text().count("27 unplaced") == 1
    painted = "(c) => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v > 0)"
    assert not page.locator(".hw-heatmap-overlay").evaluate(painted)


def test_link_hidden_on_phones_is_unplaced_there_only(app: ComponentsApp, show: Show, snapshot: str) -> None:
    points = [["header:nth-of-type(1) > a:nth-of-type(1)", 128, 128, 9]]
    wide = show(HeatmapView(id="heatmap", snapshotUrl=snapshot, points=points, width=1280))
    wait_for(wide, "o.state === 'ready' && o.placed === 9 && o.unplaced === 0")
    narrow = show(HeatmapView(id="heatmap", snapshotUrl=snapshot, points=points, width=390))
    wait_for(narrow, "o.state === 'ready' && o.placed === 0 && o.unplaced === 9")


def test_hover_names_the_element_and_a_click_reports_it(app: ComponentsApp, show: Show, snapshot: str) -> None:
    elements: list[dict[str, Any]] = [
        {"selector": BUY, "text": "Buy seeds", "count": 40, "share": 0.8},
        {"selector": "#hero", "text": "", "count": 10, "share": 0.2},
    ]
    page = show(HeatmapView(id="heatmap", snapshotUrl=snapshot, points=[[BUY, 128, 128, 40]], elements=elements))
    wait_for_state(page, "ready")
    target = page.frame_locator(FRAME).locator("#buy").bounding_box()
    assert target
    page.mouse.move(target["x"] + target["width"] / 2, target["y"] + target["height"] / 2)
    assert "Buy seeds\n40 clicks · 80 %" in page.locator(".hw-heatmap-tip").inner_text()
    page.mouse.click(target["x"] + target["width"] / 2, target["y"] + target["height"] / 2)
    clicked = wait_for(page, "o.clicked")["clicked"]
    assert clicked == {"selector": BUY, "count": 40, "text": "Buy seeds"}


def test_elements_can_be_reached_by_keyboard(app: ComponentsApp, show: Show, snapshot: str) -> None:
    elements = [{"selector": BUY, "text": "Buy seeds", "count": 40, "share": 0.8}]
    page = show(HeatmapView(id="heatmap", snapshotUrl=snapshot, points=[[BUY, 128, 128, 40]], elements=elements))
    wait_for_state(page, "ready")
    page.get_by_role("button", name="Elements").press("Enter")
    page.get_by_role("button", name="Buy seeds: 40 clicks, 80 %").press("Enter")
    assert wait_for(page, "o.clicked")["clicked"]["selector"] == BUY


def test_scroll_map_says_how_far_the_views_went(app: ComponentsApp, show: Show, snapshot: str) -> None:
    scroll = [[depth, max(0, 200 - 2 * depth)] for depth in range(0, 101, 5)]
    page = show(HeatmapView(id="heatmap", snapshotUrl=snapshot, kind="scroll", scroll=scroll))
    wait_for_state(page, "ready")
    assert "200 views · half went 50 % down" in page.locator(".hw-legend").inner_text()
    line = page.locator(".hw-scroll-median").evaluate("(l) => l.offsetTop / l.parentElement.offsetHeight")
    assert line == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (None, "empty"),
        ({"event": None}, "empty"),
        ({"event": {"type": 2, "data": {}}}, "error"),
        ([], "error"),
        ("<html>", "error"),
    ],
)
def test_page_without_a_picture_says_why(app: ComponentsApp, show: Show, answer: object, state: str) -> None:
    app.answers.pop("none", None)
    if answer is not None:
        app.answers["none"] = answer
    page = show(HeatmapView(id="heatmap", snapshotUrl=app.url("none")))
    wait_for_state(page, state)
    assert page.locator(".hw-stage-notice p").inner_text()
