"""Clicks, taps, moves and scrolling: on the element that they happened on, and where on it."""

from __future__ import annotations

import time

import pytest
from collecting_site import CollectingSite, Event
from playwright.sync_api import Browser, Page

STYLE = """<style>
  body { margin: 0; font: 16px sans-serif }
  #card { position: absolute; left: 100px; top: 200px; width: 400px; height: 200px; padding: 0 }
  .deep { height: 4000px } .deep button { position: absolute; top: 3000px; left: 50px; width: 200px; height: 100px }
  #dialog { position: fixed; left: 300px; top: 100px; width: 400px; height: 300px; background: #fff }
  #dialog button { position: absolute; left: 100px; top: 200px; width: 200px; height: 50px }
  svg { width: 200px; height: 100px; position: absolute; left: 600px; top: 20px }
</style>"""
RESOLVE = """(name) => { let root = document, found = null;
  for (const [at, part] of name.split(' >>> ').entries()) {
    if (at) root = found.shadowRoot;
    found = root.querySelector(part);
  }
  return found?.dataset.me ?? found?.id ?? '' }"""


def click_at(page: Page, selector: str, x: float, y: float) -> None:
    """Clicks at a fraction of an element's box."""
    box = page.locator(selector).bounding_box()
    assert box
    page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])


def spot(event: Event) -> tuple[float, float]:
    return round(event["fx"] / 10_000, 2), round(event["fy"] / 10_000, 2)


def test_click_names_the_innermost_element_and_where_on_it(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/", STYLE + "<main><div id=card><b data-me=bold>Buy <i>two</i></b></div><p>a<p>b</main>"))
    click_at(page, "#card", 0.75, 0.5)
    click_at(page, "i", 0.5, 0.5)
    click_at(page, "p:nth-of-type(2)", 0.5, 0.5)
    card, italic, paragraph = site.wait_for("click", 3)
    assert (card["el"], spot(card), card["b"]) == ("#card", (0.75, 0.5), [100, 200, 400, 200])
    assert card["text"] == "Buy two"
    assert italic["el"] == "#card > b:nth-of-type(1) > i:nth-of-type(1)"
    assert italic["text"] == "two"
    assert paragraph["el"] == "body > main:nth-of-type(1) > p:nth-of-type(2)"


def test_ids_that_a_framework_makes_up_are_not_part_of_a_name(site: CollectingSite, page: Page) -> None:
    ids = ["radix-:r1:", "item-4711", "a8f3c2e19b7d4f60", ":r3:", "mui-12", "twice"]
    made = "".join(f"<section id='{one}'><button>{one}</button></section>" for one in [*ids, "twice"])
    page.goto(site.page("/", f"<div id=list>{made}</div>"))
    for at in range(len(ids) + 1):
        page.click(f"section:nth-of-type({at + 1}) button")
    names = [click["el"] for click in site.wait_for("click", len(ids) + 1)]
    step = "#list > section:nth-of-type({}) > button:nth-of-type(1)"
    assert names[:5] == [step.format(at) for at in range(1, 6)]
    assert names[5] == "#twice > button:nth-of-type(1)"
    assert names[6] == step.format(7)


def test_click_in_a_drawing_is_on_the_drawing(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/", STYLE + "<svg viewBox='0 0 2 1'><g><rect width=2 height=1 /></g></svg>"))
    click_at(page, "svg", 0.25, 0.5)
    (click,) = site.wait_for("click")
    assert (click["el"], spot(click)) == ("body > svg:nth-of-type(1)", (0.25, 0.5))


def test_click_in_a_shadow_root_is_named_through_it(site: CollectingSite, page: Page) -> None:
    script = """<script>
      const host = document.querySelector('#host').attachShadow({mode: 'open'});
      host.innerHTML = '<div><span>a</span><x-inner></x-inner></div>';
      host.querySelector('x-inner').attachShadow({mode: 'open'}).innerHTML = '<button data-me=inner>Inside</button>';
    </script>"""
    page.goto(site.page("/", f"<div id=host></div>{script}"))
    page.click("button")
    (click,) = site.wait_for("click")
    assert click["el"] == "#host >>> div:nth-of-type(1) > x-inner:nth-of-type(1) >>> button:nth-of-type(1)"
    assert page.evaluate(RESOLVE, click["el"]) == "inner"
    assert click["text"] == "Inside"


def test_click_on_a_scrolled_page_has_its_box_on_the_page(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/", STYLE + "<div class=deep><button>Deep</button></div>"))
    page.evaluate("scrollTo(0, 2800)")
    click_at(page, "button", 0.1, 0.9)
    (click,) = site.wait_for("click")
    assert (spot(click), click["b"]) == ((0.1, 0.9), [50, 3000, 200, 100])


def test_click_in_a_fixed_dialog_over_a_scrolled_page_is_on_the_dialog(site: CollectingSite, page: Page) -> None:
    body = STYLE + "<div class=deep><button>Under</button></div><div id=dialog><button>Close</button></div>"
    page.goto(site.page("/", body))
    page.evaluate("scrollTo(0, 2700)")
    click_at(page, "#dialog button", 0.5, 0.5)
    (click,) = site.wait_for("click")
    assert (click["el"], click["text"]) == ("#dialog > button:nth-of-type(1)", "Close")
    assert (spot(click), click["b"]) == ((0.5, 0.5), [400, 3000, 200, 50])


def test_click_that_removes_its_element_is_still_on_it(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/", "<div id=box><button onclick='this.remove()'>Gone</button></div>"))
    page.click("button")
    (click,) = site.wait_for("click")
    assert (click["el"], click["text"]) == ("#box > button:nth-of-type(1)", "Gone")


def test_label_is_clicked_once_and_a_click_by_script_is_nobody_s(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/", "<label id=l>Yes <input type=checkbox id=c></label><button>Last</button>"))
    page.click("#l", position={"x": 4, "y": 4})
    page.evaluate("document.querySelector('#c').click()")
    page.click("button")
    assert [click["el"] for click in site.wait_for("click", 2)] == ["#l", "body > button:nth-of-type(1)"]


def test_button_pressed_by_keyboard_is_clicked_in_its_middle(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/", "<button id=go>Go</button>"))
    page.focus("#go")
    page.keyboard.press("Enter")
    (click,) = site.wait_for("click")
    assert (click["el"], click["fx"], click["fy"]) == ("#go", 5_000, 5_000)


def test_what_the_page_stops_from_bubbling_is_heard_all_the_same(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/", "<button id=go onclick='event.stopImmediatePropagation()'>Go</button>"))
    page.click("#go")
    assert site.wait_for("click")[0]["el"] == "#go"


def test_touch_is_a_tap(site: CollectingSite, browser: Browser) -> None:
    address = site.page("/", "<meta name=viewport content='width=device-width'>" + STYLE + "<div id=card>Tap</div>")
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 500, "height": 800})
    page = context.new_page()
    page.goto(address)
    page.touchscreen.tap(200, 300)
    (tap,) = site.wait_for("tap")
    context.close()
    assert (tap["el"], spot(tap)) == ("#card", (0.25, 0.5))
    assert site.events("click") == []


def test_name_too_long_to_be_sent_is_that_of_an_element_around(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/", "<x-element-with-a-long-name>" * 60 + "<button>In</button>"))
    page.click("button")
    (click,) = site.wait_for("click")
    assert 900 < len(click["el"]) <= 1_000
    assert page.evaluate("(name) => !!document.querySelector(name)", click["el"])


def test_mouse_is_noted_ten_times_a_second_at_most(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/", STYLE + "<div id=card>Here</div>"))
    began = time.monotonic()
    for step in range(100):
        page.mouse.move(100 + 4 * step, 300)
    took = time.monotonic() - began
    page.mouse.click(300, 300)
    moves = site.wait_for("move")
    points = [point for move in moves for point in move["m"]]
    assert 1 <= len(points) <= took * 10 + 3
    assert all(el == "#card" and 0 <= fx <= 10_000 and fy == 5_000 for _, el, fx, fy in points)
    assert all(later >= earlier for (earlier, *_), (later, *_) in zip(moves[0]["m"], moves[0]["m"][1:], strict=False))


def test_scrolling_tells_the_deepest_point_seen(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/", "<div style='height: 7200px; margin: 0'></div><style>body { margin: 0 }</style>"))
    site.wait_for("page")
    page.evaluate("scrollTo(0, 2880)")
    first = site.wait_for("scroll")[0]
    page.evaluate("scrollTo(0, 0)")
    page.evaluate("scrollTo(0, 6480)")
    site.wait_for("scroll", 2)
    assert (first["d"], first["dh"]) == (50, 7200)
    assert [event["d"] for event in site.events("scroll")] == [50, 100]


@pytest.mark.parametrize("attribute", ["data-hw-ignore", "data-hw-block"])
def test_nothing_is_noted_in_what_the_site_keeps_out(site: CollectingSite, page: Page, attribute: str) -> None:
    page.goto(site.page("/", f"<div id=out {attribute}><button>Private</button></div><button id=in>Open</button>"))
    page.click("#out button")
    page.click("#in")
    site.wait_for("click")
    page.close()
    site.wait_for("leave")
    names = [click["el"] for click in site.events("click")]
    assert names == (["#in"] if attribute == "data-hw-ignore" else ["#out", "#in"])
    assert all("Private" not in str(event) for event in site.events())
