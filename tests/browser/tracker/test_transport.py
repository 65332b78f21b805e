"""On its way to the collector nothing is lost, doubled or sent to one who does not want it."""

from __future__ import annotations

import json
import socket
import time

import pytest
from collecting_site import CollectingSite, Sent
from playwright.sync_api import BrowserContext, Page, Route

from collector.records import Record, framed
from collector.worker.scan import Reader, Scan
from collector.worker.scan_library import library
from storage.event_stream import Entry

Answer = tuple[int, dict[str, str]]


def test_request_that_the_collector_can_not_take_is_sent_again_with_the_same_number(
    site: CollectingSite, page: Page
) -> None:
    times: list[float] = []

    def busy_at_first(sent: Sent) -> Answer:
        times.append(time.monotonic())
        return (503, {"Retry-After": "2"}) if len(times) == 1 else (204, {})

    site.answer = busy_at_first
    page.goto(site.page("/", "<button>Go</button>"))
    page.click("button")
    site.wait_for("click")
    first, second, *_ = site.requests("e")
    assert (first.status, second.status) == (503, 204)
    assert first.fields["n"] == second.fields["n"] == "0"
    assert first.body == second.body
    assert times[1] - times[0] >= 1.9


def test_requests_go_in_order_while_one_waits_for_its_retry(site: CollectingSite, page: Page) -> None:
    failed: list[Sent] = []
    site.answer = lambda sent: (204, {}) if len(failed) == 2 else (failed.append(sent) or (500, {}))
    page.goto(site.page("/", "<button>Go</button>"))
    for _ in range(3):
        page.click("button")
        page.wait_for_timeout(400)
    site.wait_for("click", 3)
    stored = [int(one.fields["n"]) for one in site.requests("e") if one.status == 204]
    assert stored == sorted(stored)
    assert stored[0] == 0


def test_connection_that_breaks_is_tried_again(site: CollectingSite, page: Page) -> None:
    broken: list[str] = []

    def broken_at_first(route: Route) -> None:
        if broken:
            route.fallback()
        else:
            broken.append(route.request.url)
            route.abort()

    page.route("**/c/e?*", broken_at_first)
    with page.expect_response("**/c/e?*"):
        page.goto(site.page("/", "<h1>Hi</h1>"))
    site.wait_for("page")
    assert "&n=0&" in broken[0]
    assert site.requests("e")[0].fields["n"] == "0"


@pytest.mark.parametrize("status", [400, 413])
def test_request_that_is_refused_is_dropped_and_the_next_ones_go_on(
    site: CollectingSite, page: Page, status: int
) -> None:
    site.answer = lambda sent: (status, {}) if sent.fields["n"] == "0" else (204, {})
    page.goto(site.page("/", "<button>Go</button>"))
    site.wait(lambda: site.requests("e"))
    page.click("button")
    site.wait_for("click")
    assert [one.fields["n"] for one in site.requests("e")][:2] == ["0", "1"]


@pytest.mark.parametrize("status", [403, 404])
def test_collector_that_does_not_know_the_site_is_not_asked_again(
    site: CollectingSite, page: Page, status: int
) -> None:
    site.answer = lambda sent: (status, {})
    page.goto(site.page("/", "<button>Go</button>"))
    site.wait(lambda: site.requests("e"))
    page.wait_for_load_state("networkidle")
    page.click("button")
    page.evaluate("heatwake('event', 'late')")
    page.goto("about:blank")
    assert len(site.requests("e")) == 1


def test_what_happened_last_is_sent_when_the_page_is_left(site: CollectingSite, page: Page) -> None:
    site.page("/next", "<h1>Next</h1>", snippet="")
    page.goto(site.page("/", "<a id=go href='/next'>Next</a>"))
    site.wait_for("page")
    page.click("#go")
    page.wait_for_url("**/next")
    (click,) = site.wait_for("click")
    assert click["el"] == "#go"
    site.wait_for("leave")


def test_closed_tab_loses_nothing(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/", "<button>Go</button>"))
    site.wait_for("page")
    page.evaluate("for (let n = 0; n < 150; n++) heatwake('event', 'n' + n)")
    page.close(run_before_unload=True)
    site.wait_for("event", 150)
    names = [event["name"] for event in site.events("event") if event["name"] != "$vitals"]
    assert names == [f"n{n}" for n in range(150)]


def test_request_on_its_way_when_the_page_goes_is_not_counted_twice(site: CollectingSite, page: Page) -> None:
    """What has no answer may go out again; then it has the same number."""
    site.page("/next", "<h1>Next</h1>", snippet="")
    page.goto(site.page("/", "<a id=go href='/next'>Next</a>"))

    def slow(sent: Sent) -> Answer:
        time.sleep(0.5)
        return 204, {}

    site.answer = slow
    page.click("#go")
    page.wait_for_url("**/next")
    site.wait_for("leave")
    assert len(site.events("page")) == 1
    assert len(site.events("click")) == 1
    bodies = {one.fields["n"]: one.body for one in site.requests("e")}
    assert all(bodies[one.fields["n"]] == one.body for one in site.requests("e"))


def test_browser_that_was_offline_sends_what_it_has_kept(
    site: CollectingSite, visitor: BrowserContext, page: Page
) -> None:
    page.goto(site.page("/", "<button>Go</button>"))
    site.wait_for("page")
    visitor.set_offline(True)
    page.click("button")
    page.wait_for_timeout(1_500)
    assert site.events("click") == []
    visitor.set_offline(False)
    site.wait_for("click")


def test_body_stays_within_the_limits_of_the_protocol(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/", "<h1>Hi</h1>"))
    page.evaluate("for (let n = 0; n < 2500; n++) heatwake('event', 'many', {text: 'ü'.repeat(400)})")
    site.wait_for("event", 1_000)
    for one in site.requests("e"):
        assert len(one.body) <= 262_144
        assert len(one.events) <= 1_000


def test_page_s_policy_needs_the_collector_and_nothing_else(site: CollectingSite, page: Page) -> None:
    policy = "default-src 'none'; script-src 'self'; connect-src 'self'"
    site.record = True
    page.goto(site.page("/", "<button>Go</button>", **{"Content-Security-Policy": policy}))
    page.click("button")
    site.wait_for("click")
    site.wait(lambda: [event for event in site.recording() if event["type"] == 2])


def test_page_s_policy_with_a_nonce_lets_the_tracker_follow_its_loader(site: CollectingSite, page: Page) -> None:
    policy = "default-src 'none'; script-src 'nonce-abc123'; connect-src 'self'"
    site.record = True
    tag = f'<script async nonce="abc123" src="/h/{site.key}.js"></script>'
    page.goto(site.page("/", "<h1>Hi</h1>", snippet=tag, **{"Content-Security-Policy": policy}))
    site.wait_for("page")
    site.wait(lambda: [event for event in site.recording() if event["type"] == 2])


def test_page_that_forbids_the_collector_sees_no_error(site: CollectingSite, page: Page) -> None:
    policy = "default-src 'none'; script-src 'self'"
    page.goto(site.page("/", "<button>Go</button>", **{"Content-Security-Policy": policy}))
    page.wait_for_function("heatwake.c && !Array.isArray(heatwake.q)")
    page.click("button")
    page.wait_for_timeout(1_200)
    assert site.sent == []


def test_collector_that_is_not_there_hurts_nobody(site: CollectingSite, page: Page) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}"
        loader = site.loader().replace(json.dumps(site.address), json.dumps(nobody))
        page.goto(site.page("/", "<button>Go</button>", snippet=f"<script>{loader}</script>"))
        page.click("button")
        page.wait_for_timeout(1_200)
        assert site.sent == []


def test_what_is_sent_is_read_by_the_worker_s_quick_reader(site: CollectingSite, page: Page) -> None:
    page.goto(
        site.page("/boots", "<h1 id=top>Boots</h1><button>Buy “it” \\ now</button><div style='height: 3000px'></div>")
    )
    page.mouse.move(200, 200)
    page.click("button")
    page.evaluate("heatwake('event', 'seen', {price: 12.5, new: true, of: 'a'})")
    page.mouse.wheel(0, 900)
    page.evaluate("setTimeout(() => history.pushState({}, '', '/boots/red'), 2500)")
    site.wait_for("page", 2)
    for kind in ("click", "event", "move", "scroll", "leave"):
        site.wait_for(kind)
    sent = site.requests("e")
    scan = Scan(Reader(library()))
    for number, one in enumerate(sent):
        query = "&".join(f"{name}={value}" for name, value in one.query)
        received_ms = int(one.fields["t"])
        record = Record("e", 1, 2, received_ms, f"{number:016x}", b"Browser/1", query.encode(), one.body)
        scan.take(0, Entry(f"7-{number}", framed(record)))
    assert not scan.decoded().bad
    assert scan.quickly == len(sent)
