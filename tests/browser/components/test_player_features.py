"""What the player offers beside playing: thumbnail, click trail, keys, tabs joined, loading by need, following live."""

from __future__ import annotations

import json
import threading
from typing import Any

from components_app import ComponentsApp, Events, Show, frame_text, wait_for, wait_for_state
from playwright.sync_api import Page, Route, expect

from heatwake_components import Player

FRAME = ".hw-stage-frame iframe"
START = 1_700_000_000_000


def page_of(words: str, at: int) -> Events:
    """A page with a heading, from its size and picture on; ids as in every page view."""
    heading = {
        "type": 2,
        "id": 5,
        "tagName": "h1",
        "attributes": {},
        "childNodes": [{"type": 3, "id": 6, "textContent": words}],
    }
    body = {"type": 2, "id": 4, "tagName": "body", "attributes": {"style": "height:2000px"}, "childNodes": [heading]}
    html = {"type": 2, "id": 3, "tagName": "html", "attributes": {}, "childNodes": [body]}
    picture = {"node": {"type": 0, "id": 1, "childNodes": [html]}, "initialOffset": {"left": 0, "top": 0}}
    size = {"href": f"https://a.example/{words}", "width": 800, "height": 600}
    return [{"type": 4, "timestamp": at, "data": size}, {"type": 2, "timestamp": at + 1, "data": picture}]


def said(words: str, at: int) -> dict[str, Any]:
    """The heading changes."""
    data = {"source": 0, "adds": [], "removes": [], "attributes": [], "texts": [{"id": 6, "value": words}]}
    return {"type": 3, "timestamp": at, "data": data}


def clicked(x: int, y: int, at: int) -> dict[str, Any]:
    return {"type": 3, "timestamp": at, "data": {"source": 2, "type": 2, "id": 4, "x": x, "y": y}}


def piece(page_view: str, seq: int, events: Events) -> dict[str, Any]:
    first, last = (events[at]["timestamp"] - START for at in (0, -1))
    return {"page_view": page_view, "seq": seq, "from_ms": first, "until_ms": last, "events": events}


def answer(
    pieces: list[dict[str, Any]], length_ms: int, *, from_ms: int = 0, next_ms: int | None = None, live: bool = False
) -> dict[str, Any]:
    return {
        "begins_at": START, "length_ms": length_ms, "open": live,
        "from_ms": from_ms, "next_ms": next_ms, "pieces": pieces,
    }  # fmt: skip


TALK: Events = [
    *page_of("one", START),
    clicked(100, 80, START + 1_000),
    said("two", START + 4_000),
    clicked(300, 200, START + 5_000),
    said("three", START + 8_000),
    clicked(400, 90, START + 9_900),
]


def shown(app: ComponentsApp, show: Show, events: Events, **props: Any) -> Page:
    app.answers["talk"] = {"events": events}
    page = show(Player(id="player", eventsUrl=app.url("talk"), **props))
    wait_for_state(page, "ready")
    return page


def test_thumbnail_shows_the_page_at_the_time_pointed_at_and_leaves_the_player_alone(
    app: ComponentsApp, show: Show
) -> None:
    page = shown(app, show, TALK)
    bar = page.locator(".hw-timeline").bounding_box()
    assert bar
    small = page.frame_locator(".hw-thumbnail-frame iframe").locator("h1")
    for share, words in ((0.6, "two"), (0.95, "three"), (0.2, "one")):
        page.mouse.move(bar["x"] + bar["width"] * share, bar["y"] + 20)
        expect(small).to_have_text(words)
        expect(page.locator(".hw-thumbnail")).to_be_visible()
    assert page.locator(".hw-thumbnail-frame iframe").get_attribute("sandbox") == "allow-same-origin"
    assert frame_text(page) == "one"
    page.mouse.move(0, 0)
    expect(page.locator(".hw-thumbnail")).to_be_hidden()


def test_last_clicks_are_shown_as_a_way_over_the_page(app: ComponentsApp, show: Show) -> None:
    page = shown(app, show, TALK, startMs=6_000)
    dots = page.locator(".hw-trail text")
    expect(dots).to_have_text(["1", "2"])
    places = page.locator(".hw-trail circle").evaluate_all(
        "(all) => { const page = document.querySelector('.hw-stage-page').getBoundingClientRect();"
        " return all.map((c) => {"
        " const box = c.getBoundingClientRect(); return [(box.x + box.width / 2 - page.x) / page.width,"
        " (box.y + box.height / 2 - page.y) / page.height].map((n) => Math.round(n * 100)) }) }"
    )
    assert places == [[12, 13], [38, 33]] or places == [[13, 13], [38, 33]]
    page.locator(".hw-player").focus()
    page.keyboard.press("t")
    expect(dots).to_have_count(0)
    page.get_by_role("button", name="Click trail").click()
    expect(dots).to_have_count(2)


def test_keys_lead_to_marks_pages_and_parts_and_stand_on_a_sheet(app: ComponentsApp, show: Show) -> None:
    marks = [{"at_ms": 1_000, "kind": "rage", "label": "Rage"}, {"at_ms": 5_000, "kind": "script", "label": "Error"}]
    chapters = [{"at_ms": 0, "label": "One"}, {"at_ms": 8_000, "label": "Three"}]
    notes = [{"at_ms": 7_000, "text": "Why?"}]
    page = shown(app, show, TALK, marks=marks, chapters=chapters, notes=notes, skipInactive=False)
    for kind in ("rage", "script", "note"):
        expect(page.locator(f".hw-mark-{kind}")).to_have_count(1)
    page.locator(".hw-player").focus()
    for key, at in (
        (".", 1_000),
        (".", 5_000),
        (".", 7_000),
        (",", 5_000),
        ("]", 8_000),
        ("[", 0),
        ("5", 4_950),
        ("l", 9_900),
        ("j", 0),
    ):
        page.keyboard.press(key)
        wait_for(page, f"o.positionMs === {at}")
    for key, speed in ((">", 2), ("<", 1), ("<", 0.5)):
        page.keyboard.press(key)
        expect(page.get_by_role("button", name=f"{speed}\u00d7", exact=True)).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys of the player")
    expect(sheet).to_contain_text("Click trail")
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(page.locator(".hw-player")).to_be_focused()
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement?.classList.contains('hw-player')")


def test_tabs_that_lie_side_by_side_are_shown_one_at_a_time(app: ComponentsApp, show: Show) -> None:
    first = [
        *page_of("first", START),
        clicked(5, 5, START + 1_000),
        said("first again", START + 3_000),
        clicked(6, 6, START + 6_000),
    ]
    second = [*page_of("second", START + 2_000), clicked(7, 7, START + 4_000), said("second behind", START + 7_000)]
    app.answers["tabs"] = answer([piece("1", 0, first), piece("2", 0, second)], 7_000)
    page = show(Player(id="player", eventsUrl=app.url("tabs"), skipInactive=False))
    wait_for_state(page, "ready")
    page.locator(".hw-player").focus()
    for key, words in (("1", "first"), ("5", "second"), ("9", "first again")):  # 0.7 s, 3.5 s, 6.3 s
        page.keyboard.press(key)
        expect(page.frame_locator(FRAME).locator("h1")).to_have_text(words)


def test_what_is_needed_comes_first_and_the_rest_behind_it(app: ComponentsApp, show: Show, page: Page) -> None:
    """The first picture is there while nothing but its own piece has come."""
    rest = threading.Event()
    asked: list[str] = []
    pages = {"1": page_of("early", START), "2": [*page_of("late", START + 60_000), clicked(1, 1, START + 90_000)]}

    def serve(route: Route) -> None:
        query = route.request.url.partition("?")[2]
        asked.append(query)
        if query.startswith("at_ms"):
            part = answer([piece("2", 0, pages["2"])], 120_000, from_ms=60_000, next_ms=100_000)
        elif query == "from_ms=100000":
            part = answer([piece("2", 1, [said("later", START + 110_000)])], 120_000, from_ms=100_000)
        else:
            part = answer([piece("1", 0, pages["1"])], 120_000, next_ms=60_000)
        if asked[0] != query and not rest.is_set():
            held.append((route, part))
        else:
            route.fulfill(json=part)

    held: list[tuple[Route, dict[str, Any]]] = []
    page.route("**/answers/parts?*", serve)
    show(Player(id="player", eventsUrl=app.url("parts"), startMs=70_000, skipInactive=False))
    wait_for_state(page, "ready")
    assert frame_text(page) == "late"
    expect(page.locator(".hw-player[data-hw-complete]")).to_have_count(0)
    page.locator(".hw-player").focus()
    page.keyboard.press("End")  # not there yet: it waits, and shows it as soon as it has come
    rest.set()
    page.wait_for_function("() => true")
    for route, part in held:
        route.fulfill(json=part)
    expect(page.locator(".hw-player[data-hw-complete]")).to_have_count(1)
    expect(page.frame_locator(FRAME).locator("h1")).to_have_text("later")
    page.keyboard.press("Home")
    expect(page.frame_locator(FRAME).locator("h1")).to_have_text("early")
    assert asked[:3] == ["at_ms=70000", "from_ms=100000", "from_ms=0"]


def test_running_session_is_followed(app: ComponentsApp, show: Show) -> None:
    app.answers["live"] = answer([piece("1", 0, TALK)], 9_900, live=True)
    page = show(Player(id="player", eventsUrl=app.url("live")))
    wait_for_state(page, "ready")
    page.get_by_role("button", name="Live").click()
    wait_for(page, "o.state === 'playing' && o.positionMs >= 8000")
    expect(page.get_by_role("button", name="Live")).to_have_attribute("aria-pressed", "true")
    later = [said("four", START + 12_000), clicked(9, 9, START + 12_500)]
    app.answers["live"] = json.dumps(answer([piece("1", 1, later)], 12_500, live=True))
    expect(page.frame_locator(FRAME).locator("h1")).to_have_text("four")
    app.answers["live"] = json.dumps(answer([], 12_500))
    wait_for_state(page, "ended")
    expect(page.get_by_role("button", name="Live")).to_have_count(0)
