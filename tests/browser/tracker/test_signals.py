"""Signs that a page does not do what its visitor wants: told where there are some, and nowhere else."""

from __future__ import annotations

import pytest
from collecting_site import CollectingSite, Event
from playwright.sync_api import Page

MARKS = ("rage", "dead", "error")
BODY = """
<style>body { margin: 0 } button, .box { position: absolute; left: 20px; width: 160px; height: 30px }</style>
<button id=dead style="top: 20px">Nothing</button>
<button id=alive style="top: 70px" onclick="this.title = Date.now()">Changes</button>
<button id=asks style="top: 120px" onclick="fetch('/slow')">Asks</button>
<button id=fails style="top: 170px" onclick="throw new Error(`the page's own fault`)">Fails</button>
<button id=rejects style="top: 220px"
  onclick="Promise.reject(new Error(`the page's own: no luck for ann@example.org`))">Rejects</button>
<button id=scrolls style="top: 270px" onclick="window.scrollTo(0, 500)">Scrolls</button>
<button id=routes style="top: 320px" onclick="history.pushState({}, '', '?tab=2')">Routes</button>
<p class=box style="top: 370px; height: 60px" id=words>Some words to be read and selected</p>
<input class=box style="top: 440px" id=field>
<a class=box style="top: 490px" id=away href="/slow">Away</a>
<div class=box style="top: 540px" id=host></div>
<div class=box style="top: 590px" id=ignored data-hw-ignore>Leave me alone</div>
<div style="height: 3000px"></div>
<script>
  document.querySelector('#host').attachShadow({mode: 'open'}).innerHTML =
    '<button style="width: 100px">In the shadow</button><output></output>';
  const inside = document.querySelector('#host').shadowRoot;
  inside.querySelector('button').onclick = () => { inside.querySelector('output').textContent = 'done' };
</script>
"""


@pytest.fixture
def ready(site: CollectingSite, page: Page) -> Page:
    """A page whose signals are being watched."""
    site.pages["/slow"] = ("slow", {})
    with page.expect_response(lambda answer: answer.url.endswith("-2.js")):
        page.goto(site.page("/", BODY))
    page.wait_for_function("!heatwake.r?.[2]")
    return page


def marks(site: CollectingSite) -> list[tuple[str, str]]:
    """What clicks were found to be, by the element that was clicked."""
    return [(event["k"], event["el"]) for event in site.events() if event["k"] in MARKS]


def own(site: CollectingSite, name: str) -> list[Event]:
    """The properties of the tracker's own events of a name."""
    return [event["props"] for event in site.events("event") if event["name"] == name]


def after_all_answers(page: Page) -> None:
    """Until every click before has been judged: it has ten seconds to be answered."""
    page.wait_for_timeout(10_500)


def test_click_that_nothing_follows_is_dead_and_any_answer_saves_it(site: CollectingSite, ready: Page) -> None:
    for name in ("#alive", "#asks", "#scrolls", "#field", "#host button", "#ignored", "#dead"):
        ready.evaluate("scrollTo(0, 0)")
        ready.click(name)
        ready.wait_for_timeout(2_600)  # what answers one click must not answer the next
    after_all_answers(ready)
    site.wait_for("dead")
    assert marks(site) == [("dead", "#dead")]
    [dead] = site.events("dead")
    [clicked] = [event for event in site.events("click") if event["el"] == "#dead"]
    assert {name: dead[name] for name in ("fx", "fy", "b", "text")} == {
        name: clicked[name] for name in ("fx", "fy", "b", "text")
    }
    assert abs(dead["t"] - clicked["t"]) < 50


def test_change_of_the_address_is_an_answer(site: CollectingSite, ready: Page) -> None:
    ready.click("#routes")
    after_all_answers(ready)
    assert marks(site) == []


def test_link_that_takes_long_to_lead_away_is_not_dead(site: CollectingSite, ready: Page) -> None:
    ready.route("**/slow", lambda route: None)  # never answered
    ready.click("#away", no_wait_after=True)
    ready.wait_for_timeout(3_000)
    ready.close(run_before_unload=True)
    site.wait_for("leave")
    assert marks(site) == []


def test_dead_click_is_told_when_the_page_is_left_before_its_time(site: CollectingSite, ready: Page) -> None:
    ready.click("#dead")
    ready.wait_for_timeout(3_000)
    ready.close(run_before_unload=True)
    site.wait_for("dead")


def test_three_quick_clicks_at_one_place_are_rage_once(site: CollectingSite, ready: Page) -> None:
    for _ in range(6):
        ready.click("#alive", delay=10)
    site.wait_for("click", 6)
    site.wait_for("rage")
    assert marks(site) == [("rage", "#alive")]


@pytest.mark.parametrize("how", ["slowly", "elsewhere", "in a field", "to select"])
def test_other_clicks_are_no_rage(site: CollectingSite, ready: Page, how: str) -> None:
    if how == "slowly":
        for _ in range(3):
            ready.click("#alive")
            ready.wait_for_timeout(1_100)
    elif how == "elsewhere":
        for x in (5, 60, 120):
            ready.click("#alive", position={"x": x, "y": 10})
    elif how == "in a field":
        ready.click("#field", click_count=3)
    else:
        ready.click("#words", click_count=3)
        assert ready.evaluate("getSelection().toString()")
    site.wait_for("click", 3)
    ready.close(run_before_unload=True)
    site.wait_for("leave")
    assert [mark for mark in marks(site) if mark[0] == "rage"] == []


@pytest.mark.parametrize(
    ("button", "message"),
    [("#fails", "the page's own fault"), ("#rejects", "the page's own: no luck for ***")],
)
def test_error_after_a_click_is_told_with_the_click(
    site: CollectingSite, ready: Page, button: str, message: str
) -> None:
    ready.click(button)
    ready.click(button)
    site.wait_for("error", 2)
    assert {mark for mark in marks(site) if mark[0] == "error"} == {("error", button)}
    [told] = site.wait(lambda: own(site, "$error"), "the error")
    assert told["message"] == message
    assert told["source"] in (site.address + "/", "")


def test_errors_without_a_click_are_told_once_each_and_are_bounded(site: CollectingSite, ready: Page) -> None:
    ready.evaluate("for (let n = 0; n < 100; n++) setTimeout(() => { throw new Error(`the page's own ${n % 30}`) })")
    site.wait(lambda: len(own(site, "$error")) >= 20, "errors")
    ready.close(run_before_unload=True)
    site.wait_for("leave")
    assert len(own(site, "$error")) == 20
    assert site.events("error") == []


def to_and_fro(page: Page, times: int, width: int) -> None:
    for number in range(times):
        page.mouse.move(300 + width * (number % 2), 300)


def test_thrashed_cursor_is_told_once_and_a_calm_one_never(site: CollectingSite, ready: Page) -> None:
    to_and_fro(ready, 12, 20)
    ready.mouse.move(700, 100, steps=20)
    ready.wait_for_timeout(2_100)
    to_and_fro(ready, 30, 300)
    site.wait(lambda: own(site, "$thrash"), "a thrashed cursor")
    ready.mouse.down()
    to_and_fro(ready, 30, 300)
    ready.mouse.up()
    ready.close(run_before_unload=True)
    site.wait_for("leave")
    assert len(own(site, "$thrash")) == 1


def test_web_vitals_are_told_when_the_page_is_left(site: CollectingSite, page: Page) -> None:
    shift = "<script>setTimeout(() => document.querySelector('#late').style.height = '300px', 600)</script>"
    body = f"<div id=late></div><h1>A large headline</h1><button>Slow</button>{shift}"
    with page.expect_response(lambda answer: answer.url.endswith("-2.js")):
        page.goto(site.page("/", body))
    page.wait_for_function("!heatwake.r?.[2]")
    page.wait_for_function("document.querySelector('#late').offsetHeight === 300")
    page.evaluate(
        "document.querySelector('button').onclick = () => {"
        " const end = performance.now() + 120; while (performance.now() < end); document.title = 'x' }"
    )
    page.click("button")
    page.wait_for_timeout(700)
    page.goto("about:blank")
    site.wait(lambda: own(site, "$vitals"), "web vitals")
    (vitals,) = own(site, "$vitals")
    assert 0 < vitals["fcp"] <= vitals["lcp"] < 10_000
    assert 0 < vitals["cls"] < 1
    assert 112 <= vitals["inp"] < 2_000
    assert 0 < vitals["ttfb"] <= vitals["fcp"]


def test_names_of_the_tracker_s_own_events_are_not_for_the_page(site: CollectingSite, ready: Page) -> None:
    ready.evaluate("heatwake('event', '$error', {message: 'forged'}); heatwake('event', 'mine')")
    site.wait_for("event")
    assert [event["name"] for event in site.events("event")] == ["mine"]


def test_signals_stop_with_the_tracker(site: CollectingSite, ready: Page) -> None:
    ready.evaluate("heatwake('stop')")
    sent = len(site.requests("e"))
    to_and_fro(ready, 30, 300)
    for _ in range(3):
        ready.click("#dead")
    after_all_answers(ready)
    assert len(site.requests("e")) == sent
