"""The player in a real browser, with recordings of the real recorder."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from components_app import (
    ComponentsApp,
    Events,
    Record,
    Show,
    buy_seeds,
    frame_text,
    outputs,
    page_text,
    wait_for,
    wait_for_state,
)
from components_app import later as moved
from playwright.sync_api import Page

from heatwake_components import Player

GAP_MS = 40_000


@dataclass(frozen=True)
class Session:
    """Two page views with GAP_MS between them, and the text of the first at its end."""

    events: Events
    text: str
    second_at: int
    length: int


@pytest.fixture
def session(app: ComponentsApp, record: Record) -> Session:
    texts: list[str] = []

    def visit(page: Page) -> None:
        buy_seeds(page)
        texts.append(page_text(page))

    first = record("garden.html", visit)
    second = record("thanks.html", wander, 900, 700)
    second = moved(second, first[-1]["timestamp"] + GAP_MS)
    events = first + second
    app.answers["session"] = {"events": events}
    start = events[0]["timestamp"]
    return Session(events, texts[0], second[0]["timestamp"] - start, events[-1]["timestamp"] - start)


def wander(page: Page) -> None:
    page.mouse.move(300, 300, steps=4)
    page.wait_for_function("events.some((e) => e.type === 3 && e.data.source === 1)")


def seek(page: Page, share: float) -> None:
    """Clicks the timeline at `share` of its width."""
    bar = page.locator(".hw-timeline").bounding_box()
    assert bar
    page.mouse.click(bar["x"] + bar["width"] * share, bar["y"] + bar["height"] - 8)


def test_page_is_shown_as_the_visitor_saw_it(app: ComponentsApp, show: Show, session: Session) -> None:
    page = show(Player(id="player", eventsUrl=app.url("session")))
    assert wait_for_state(page, "ready")["durationMs"] == session.length
    assert "Thank you" not in frame_text(page)
    seek(page, (session.second_at - 1000) / session.length)
    assert wait_for_state(page, "paused")["positionMs"] == pytest.approx(session.second_at - 1000, abs=400)
    assert frame_text(page) == session.text
    shown = page.frame_locator(".hw-stage-frame iframe")
    assert shown.locator("input[name=name]").input_value() == "Ada"
    assert page.locator(".hw-address-field").inner_text().endswith("/recorded/garden.html")


def test_canvas_shows_its_picture_though_scripts_are_off(app: ComponentsApp, show: Show, session: Session) -> None:
    page = show(Player(id="player", eventsUrl=app.url("session")))
    wait_for_state(page, "ready")
    canvas = page.frame_locator(".hw-stage-frame iframe").locator("#chart")
    assert canvas.evaluate("(c) => [c.offsetWidth, c.offsetHeight]") == [160, 60]
    assert "data:image/" in canvas.evaluate("(c) => getComputedStyle(c).backgroundImage")


def test_playing_skips_what_nothing_happens_in_and_ends_on_the_last_page(
    app: ComponentsApp, show: Show, session: Session
) -> None:
    page = show(Player(id="player", eventsUrl=app.url("session"), speed=8))
    wait_for_state(page, "ready")
    page.click(".hw-big-play")
    wait_for_state(page, "playing")
    page.wait_for_selector(".hw-toast")  # some 38 s of nothing, which would take 5 s at this speed
    assert wait_for_state(page, "ended")["positionMs"] == session.length
    assert "Order placed" in frame_text(page)
    assert page.locator(".hw-address-field").inner_text().endswith("/recorded/thanks.html")
    size = page.locator(".hw-stage-frame iframe").evaluate("(f) => [f.width, f.height]")
    assert size == ["900", "700"]


def test_keyboard_plays_pauses_and_seeks(app: ComponentsApp, show: Show, session: Session) -> None:
    page = show(Player(id="player", eventsUrl=app.url("session"), skipInactive=False))
    wait_for_state(page, "ready")
    page.focus(".hw-timeline")
    page.keyboard.press("Space")
    wait_for_state(page, "playing")
    page.keyboard.press("Space")
    before = wait_for_state(page, "paused")["positionMs"]
    page.keyboard.press("ArrowRight")
    wait_for(page, f"o.positionMs >= {before + 5000}")
    page.keyboard.press("ArrowLeft")
    wait_for(page, f"o.positionMs <= {before + 50}")
    page.keyboard.press("End")
    wait_for(page, f"o.positionMs === {session.length}")
    assert "Order placed" in frame_text(page)
    page.keyboard.press("Home")
    wait_for(page, "o.positionMs === 0")
    assert "Everything grows" in frame_text(page)


def test_player_begins_where_it_is_told(app: ComponentsApp, show: Show, session: Session) -> None:
    page = show(Player(id="player", eventsUrl=app.url("session"), startMs=session.second_at + 10))
    assert wait_for_state(page, "ready")["positionMs"] == session.second_at + 10
    assert "Order placed" in frame_text(page)
    page.wait_for_function("document.querySelector('.hw-stage-frame iframe').width === '900'")
    assert page.locator("[aria-current=step]").inner_text().startswith("2")


def test_chapter_leads_to_its_page(app: ComponentsApp, show: Show, session: Session) -> None:
    chapters = [
        {"at_ms": 0, "label": "Garden", "href": "https://garden.example/"},
        {"at_ms": session.second_at, "label": "Thanks", "href": "https://garden.example/thanks"},
    ]
    page = show(Player(id="player", eventsUrl=app.url("session"), chapters=chapters))
    wait_for_state(page, "ready")
    page.click(".hw-chapters >> text=Thanks")
    wait_for(page, f"o.positionMs === {session.second_at}")
    assert "Order placed" in frame_text(page)
    assert page.locator(".hw-address-field").inner_text() == "garden.example/thanks"


@pytest.mark.parametrize("width", [390, 820, 1920])
def test_recorded_page_fits_any_width_and_keeps_its_shape(
    app: ComponentsApp, show: Show, session: Session, width: int
) -> None:
    page = show(Player(id="player", eventsUrl=app.url("session")))
    page.set_viewport_size({"width": width, "height": 900})
    wait_for_state(page, "ready")
    page.wait_for_function(f"document.querySelector('.hw-player').clientWidth <= {width}")
    stage = page.locator(".hw-stage").bounding_box()
    frame = page.locator(".hw-stage-frame iframe").bounding_box()
    assert stage
    assert frame
    assert frame["width"] <= stage["width"]
    assert frame["height"] <= stage["height"]
    assert frame["width"] / frame["height"] == pytest.approx(1280 / 720, rel=0.02)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("answer", "state", "says"),
    [
        ({"events": []}, "empty", ""),
        ("no json", "error", "could not be read"),
        ({"items": []}, "error", "form"),
        ({"events": [1, None, "x", {"type": 3}, {"type": "2", "timestamp": 1, "data": {}}]}, "error", "no picture"),
        ({"events": [{"type": 2, "timestamp": 5, "data": {"node": {"type": 0, "id": 1}}}]}, "error", "no picture"),
        ({"events": [{"type": 3, "timestamp": 5, "data": {"source": 0, "adds": 7}}]}, "error", "no picture"),
    ],
)
def test_unplayable_recording_says_why(app: ComponentsApp, show: Show, answer: object, state: str, says: str) -> None:
    app.answers["broken"] = answer
    page = show(Player(id="player", eventsUrl=app.url("broken")))
    assert says in wait_for_state(page, state)["errorText"]
    assert page.locator(".hw-stage-notice").is_visible()


def test_deleted_recording_says_so_with_the_request(app: ComponentsApp, show: Show) -> None:
    page = show(Player(id="player", eventsUrl=app.url("deleted")))
    text = wait_for_state(page, "error")["errorText"]
    assert "deleted" in text
    assert "00c0ffee00c0ffee" in text


def test_damaged_events_are_left_out_and_told(app: ComponentsApp, show: Show, session: Session) -> None:
    now = session.events[0]["timestamp"]
    garbage: list[object] = [
        None,
        {"type": 3, "timestamp": "soon", "data": {}},
        {"type": 99, "timestamp": now, "data": {}},
        {"type": 3, "timestamp": now + 20, "data": {"source": 77}},
        {"type": 3, "timestamp": now + 20, "data": {"source": 1, "positions": [{"x": "a"}]}},
        {"type": 4, "timestamp": now + 30, "data": {"href": 5, "width": -3, "height": 1e9}},
        {"type": 3, "timestamp": now + 400 * 86_400_000, "data": {"source": 3, "id": 1, "x": 0, "y": 0}},
    ]
    app.answers["damaged"] = {"events": [*garbage, *session.events]}
    page = show(Player(id="player", eventsUrl=app.url("damaged")))
    assert wait_for_state(page, "ready")["durationMs"] == session.length
    assert page.locator(".hw-partial").inner_text().startswith(f"{len(garbage)} damaged events")


def test_recording_without_its_beginning_plays_from_its_first_picture(
    app: ComponentsApp, show: Show, session: Session
) -> None:
    app.answers["headless"] = {"events": session.events[2:]}  # without the first page's size and picture
    page = show(Player(id="player", eventsUrl=app.url("headless")))
    wait_for_state(page, "ready")
    assert "Order placed" in frame_text(page)
    assert outputs(page)["errorText"] == ""
    assert "left out" in page.locator(".hw-partial").inner_text()
