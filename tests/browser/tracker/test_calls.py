"""`window.heatwake(…)`: before and after the tracker is there, with whatever a page hands to it."""

from __future__ import annotations

from collecting_site import CollectingSite
from playwright.sync_api import BrowserContext, Page

STUB = "<script>window.heatwake ||= function () { (heatwake.q ||= []).push(arguments) }</script>"


def test_calls_before_the_loader_and_before_the_tracker_are_kept_in_order(site: CollectingSite, page: Page) -> None:
    after = "<script>window.kept = heatwake; heatwake('event', 'second', {n: 2})</script>"
    snippet = f"{STUB}<script>heatwake('event', 'first')</script><script src='/h/{site.key}.js'></script>{after}"
    page.goto(site.page("/", "<h1>Hi</h1>", snippet=snippet))
    site.wait_for("event", 2)
    page.evaluate("kept('event', 'third'); heatwake('event', 'fourth')")
    events = site.wait_for("event", 4)
    assert [event["name"] for event in events] == ["first", "second", "third", "fourth"]
    assert events[1]["props"] == {"n": 2}
    assert site.events()[0]["k"] == "page"


def test_props_are_what_the_protocol_carries(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/", "<h1>Hi</h1>"))
    page.evaluate("""() => {
      const props = {text: 'x'.repeat(600), number: 1.5, yes: true, none: null, deep: {a: 1}, list: [1],
        nan: NaN, huge: 1e300,
        half: 'a'.repeat(499) + '\\u{1F600}', ['n'.repeat(150)]: 1, fn() {}, '': 1};
      heatwake('event', 'bought', props);
      heatwake('event', 'many', Object.fromEntries([...Array(50).keys()].map((n) => ['k' + n, n])));
      heatwake('event', 'e'.repeat(200));
      heatwake('event', '');
      heatwake('event', {not: 'a name'});
      heatwake('identify', 4711, {plan: 'pro'});
      heatwake('nonsense', 1);
      heatwake();
    }""")
    bought, many, long = site.wait_for("event", 3)
    half = bought["props"].pop("half")
    assert half == "a" * 499
    assert bought["props"] == {"text": "x" * 500, "number": 1.5, "yes": True, "n" * 100: 1}
    assert len(many["props"]) == 32
    assert long["name"] == "e" * 100
    (identify,) = site.wait_for("identify")
    assert (identify["id"], identify["traits"]) == ("4711", {"plan": "pro"})


def test_getter_that_throws_is_the_page_s_own_and_hurts_nobody(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/", "<h1>Hi</h1>"))
    page.evaluate("heatwake('event', 'bad', {get x() { throw new Error('no') }}); heatwake('event', 'good')")
    assert site.wait_for("event")[0]["name"] == "good"


def test_after_stop_nothing_is_sent(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/", "<button>Go</button>"))
    site.wait_for("page")
    page.evaluate("heatwake('stop'); heatwake('event', 'late')")
    page.click("button")
    page.evaluate("history.pushState({}, '', '/elsewhere')")
    page.close()
    assert [event["k"] for event in site.events()] == ["page"]


def test_without_consent_nothing_is_sent_and_nothing_is_kept_until_it_is_given(
    site: CollectingSite, visitor: BrowserContext
) -> None:
    address = site.page("/", "<h1>Hi</h1>", head=f"{STUB}<script>heatwake('consent', false)</script>")
    page = visitor.new_page()
    page.goto(address)
    page.wait_for_function("heatwake.c && !Array.isArray(heatwake.q)")
    page.evaluate("heatwake('event', 'unseen')")
    assert page.evaluate("[localStorage._hw || '', document.cookie]") == ["", ""]
    page.evaluate("heatwake('consent', true); heatwake('event', 'seen')")
    assert [event["name"] for event in site.wait_for("event")] == ["seen"]
    assert page.evaluate("localStorage._hw.length") > 64


def test_refusal_is_remembered_and_forgets_the_visitor(site: CollectingSite, visitor: BrowserContext) -> None:
    address = site.page("/", "<h1>Hi</h1>")
    page = visitor.new_page()
    page.goto(address)
    site.wait_for("page")
    page.evaluate("heatwake('consent', false)")
    assert page.evaluate("localStorage._hw") == ""
    page.goto(address)
    page.wait_for_function("heatwake.c && !Array.isArray(heatwake.q)")
    page.evaluate("heatwake('event', 'unseen')")
    page.close()
    assert [event["k"] for event in site.events()] == ["page"]


def test_visitor_who_says_do_not_track_is_left_alone(site: CollectingSite, visitor: BrowserContext) -> None:
    for signal in ("doNotTrack', {get: () => '1'", "globalPrivacyControl', {get: () => true"):
        page = visitor.new_page()
        page.add_init_script(f"Object.defineProperty(navigator, '{signal}}})")
        fetched: list[str] = []
        page.on("request", lambda request, fetched=fetched: fetched.append(request.url))
        page.goto(site.page("/", "<h1>Hi</h1>"))
        page.wait_for_function("window.heatwake && heatwake.c")
        page.evaluate("heatwake('consent', true); heatwake('event', 'unseen')")
        assert not [url for url in fetched if "/t/" in url or "/c/" in url]
        assert page.evaluate("[Object.keys(localStorage).length, document.cookie]") == [0, ""]
    assert site.sent == []


def test_site_that_does_not_ask_for_do_not_track_notes_everyone(site: CollectingSite, page: Page) -> None:
    site.rules = {"all": True}
    page.add_init_script("Object.defineProperty(navigator, 'doNotTrack', {get: () => '1'})")
    page.goto(site.page("/", "<h1>Hi</h1>"))
    site.wait_for("page")


def test_session_that_is_sampled_out_sends_nothing_and_stays_so(site: CollectingSite, visitor: BrowserContext) -> None:
    address = site.page("/", "<h1>Hi</h1>")
    for share, sent in (("00000000", False), ("80000000", None), ("ffffffff", True)):
        site.rules = {"sample": share}
        page = visitor.new_page()
        page.goto(address)
        page.wait_for_function("heatwake.c && !Array.isArray(heatwake.q)")
        session = page.evaluate("localStorage._hw.split('.')[1]")
        if sent or (sent is None and session[24:] < share):
            site.wait_for("page")
        page.evaluate("heatwake('event', 'seen')")
        page.close()
        assert bool(site.sent) == (session[24:] < share), session
        site.sent.clear()


def test_snippet_that_is_there_twice_counts_once(site: CollectingSite, page: Page) -> None:
    tag = f'<script async src="/h/{site.key}.js"></script>'
    page.goto(site.page("/", "<button>Go</button>", snippet=tag + tag))
    page.click("button")
    site.wait_for("click")
    page.evaluate(
        "(src) => document.head.appendChild(Object.assign(document.createElement('script'), {src}))",
        f"/h/{site.key}.js?2",
    )
    page.wait_for_load_state("networkidle")
    page.click("button")
    site.wait_for("click", 2)
    assert len(site.events("page")) == 1
    assert len(site.events("click")) == 2
