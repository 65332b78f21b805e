"""Page views as the collector hears of them."""

from __future__ import annotations

import re

from collecting_site import CollectingSite
from playwright.sync_api import BrowserContext, Page

HEX = re.compile(r"[0-9a-f]+")
TALL = "<h1>Shoes</h1><div style='height:3000px'></div>"


def test_page_view_names_its_address_and_the_layout_that_it_was_seen_in(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/shoes", TALL))
    (view,) = site.wait_for("page")
    assert view["url"] == f"{site.address}/shoes"
    assert (view["title"], view["ref"], view["nav"], view["vw"], view["vh"]) == ("A page", "", "load", 1280, 720)
    assert view["dh"] > 3000
    assert view["lang"]


def test_query_is_written_in_the_order_that_the_collector_reads_fastest(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/", TALL))
    site.wait_for("page")
    first = site.requests("e")[0]
    assert [name for name, _ in first.query] == ["v", "k", "s", "p", "n", "u", "t"]
    fields = first.fields
    assert (fields["v"], fields["k"], fields["n"]) == ("1", site.key, "0")
    assert (len(fields["s"]), len(fields["p"]), len(fields["u"]), len(fields["t"])) == (32, 12, 32, 13)
    assert all(HEX.fullmatch(fields[name]) for name in "spu")
    assert first.content_type.startswith("text/plain")


def test_path_changed_by_script_is_a_page_view_and_a_change_of_the_query_is_none(
    site: CollectingSite, page: Page
) -> None:
    page.goto(site.page("/app", TALL))
    site.wait_for("page")
    page.evaluate("history.pushState({}, '', '/app?sort=price')")
    page.evaluate("history.replaceState({}, '', '/app?sort=size')")
    page.evaluate("document.title = 'Boots'; history.pushState({}, '', '/app/boots')")
    page.evaluate("history.replaceState({}, '', '/app/boots/red')")
    page.evaluate("location.hash = '#reviews'")
    page.go_back()
    page.go_back()
    page.evaluate("location.hash = '#/cart'")
    views = site.wait_for("page", 5)
    paths = ["/app", "/app/boots", "/app/boots/red", "/app", "/app#/cart"]
    assert [view["url"] for view in views] == [site.address + path for path in paths]
    assert [view["nav"] for view in views] == ["load", "spa", "spa", "spa", "spa"]
    assert views[1]["title"] == "Boots"
    assert views[1]["ref"] == f"{site.address}/app"
    assert len({view["p"] for view in views}) == 5
    assert len({view["s"] for view in views}) == 1


def test_title_that_is_set_after_the_address_is_the_title(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/app", TALL))
    site.wait_for("page")
    page.evaluate("history.pushState({}, '', '/app/boots'); document.title = 'Boots'")
    views = site.wait_for("page", 2)
    assert [view["title"] for view in views] == ["A page", "Boots"]


def test_each_page_view_begins_with_its_page_event_and_counts_from_zero(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/app", "<button>Go</button>"))
    page.click("button")
    page.evaluate("history.pushState({}, '', '/app/two')")
    page.click("button")
    site.wait_for("click", 2)
    for view in {one.fields["p"] for one in site.requests("e")}:
        of_view = [one for one in site.requests("e") if one.fields["p"] == view]
        assert [int(one.fields["n"]) for one in of_view] == list(range(len(of_view)))
        assert of_view[0].events[0]["k"] == "page"


def test_leaving_tells_how_deep_and_how_long_the_page_was_seen(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/", "<a href='/next' style='display:block'>Next</a>" + TALL))
    site.page("/next", "<h1>Next</h1>")
    site.wait_for("page")
    page.mouse.wheel(0, 700)
    site.wait_for("scroll")
    page.evaluate("document.querySelector('a').click()")
    page.wait_for_url("**/next")
    (leave,) = site.wait_for("leave")
    assert 40 <= leave["d"] <= 50
    assert leave["dh"] > 3000
    assert 0 < leave["ms"] < 60_000
    first, second = site.wait_for("page", 2)
    assert leave["p"] == first["p"]
    assert second["ref"] == f"{site.address}/"


def test_page_that_the_browser_brings_back_is_a_new_page_view(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/", TALL))
    site.wait_for("page")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    first, second = site.wait_for("page", 2)
    assert (second["nav"], second["url"]) == ("back", first["url"])
    assert second["p"] != first["p"]


ADDRESSES = {
    "/a?utm_source=news&utm_medium=mail&q=warm+socks&page=2": "/a?utm_source=news&utm_medium=mail",
    "/a?utm_source=ada%40example.com&utm_campaign=eyJhbGciOiJIUzI1NiIsInR5cCI6": "/a",
    "/reset/9f8a7b6c5d4e3f2a1b0c": "/reset/***",
    "/people/ada@example.com/edit": "/people/***/edit",
    "/b#access_token=1234567890": "/b",
    "/how-to-build-a-house-in-2024-part-1": "/how-to-build-a-house-in-2024-part-1",
}


def test_addresses_carry_campaigns_and_nothing_secret(site: CollectingSite, page: Page) -> None:
    for address in ADDRESSES:
        site.page(address.split("?")[0].split("#")[0], TALL)
        page.goto(site.address + address)
    views = site.wait_for("page", len(ADDRESSES))
    assert [view["url"] for view in views] == [site.address + kept for kept in ADDRESSES.values()]


def test_site_names_the_arguments_that_are_part_of_its_addresses(site: CollectingSite, page: Page) -> None:
    tag = f'<script async src="/h/{site.key}.js" data-hw-query="id,view"></script>'
    site.page("/item", TALL, snippet=tag)
    page.goto(f"{site.address}/item?id=12&q=secret&view=big")
    (view,) = site.wait_for("page")
    assert view["url"] == f"{site.address}/item?id=12&view=big"


def test_tabs_of_a_visitor_share_a_session_and_are_page_views_apart(
    site: CollectingSite, visitor: BrowserContext
) -> None:
    address = site.page("/", "<button>Go</button>")
    tabs = [visitor.new_page() for _ in range(2)]
    for tab in tabs:
        tab.goto(address)
    first, second = site.wait_for("page", 2)
    assert first["s"] == second["s"]
    assert first["p"] != second["p"]
    assert len({one.fields["u"] for one in site.requests("e")}) == 1


def test_session_ends_after_half_an_hour_without_a_sign_of_life(site: CollectingSite, page: Page) -> None:
    page.clock.install()
    page.goto(site.page("/", "<button>Go</button>"))
    page.clock.run_for(2_000)
    site.wait_for("page")
    page.clock.run_for(31 * 60_000)
    page.click("button")
    page.clock.run_for(2_000)
    first, second = site.wait_for("page", 2)
    assert first["s"] != second["s"]
    (click,) = site.wait_for("click")
    assert (click["s"], click["p"]) == (second["s"], second["p"])
    assert len({one.fields["u"] for one in site.requests("e")}) == 1


def test_tab_goes_on_with_the_session_that_another_tab_has_begun(site: CollectingSite, visitor: BrowserContext) -> None:
    address = site.page("/", "<button>Go</button>")
    old, new = visitor.new_page(), visitor.new_page()
    old.clock.install()
    old.goto(address)
    old.clock.run_for(2_000)
    site.wait_for("page")
    old.evaluate("localStorage._hw = localStorage._hw.replace(/^(\\w+)\\.\\w+/, '$1.' + '0'.repeat(32))")
    new.goto(address)
    site.wait_for("page", 2)
    old.clock.run_for(10_000)
    old.click("button")
    old.clock.run_for(2_000)
    (click,) = site.wait_for("click")
    assert click["s"] == "0" * 32
    assert [view["s"] for view in site.events("page")][1:] == ["0" * 32] * 2


def test_visitor_whose_browser_refuses_storage_is_followed_within_the_page(site: CollectingSite, page: Page) -> None:
    page.add_init_script(
        """for (const name of ['localStorage', 'sessionStorage'])
             Object.defineProperty(window, name, {get() { throw new DOMException('no', 'SecurityError') }})
           Object.defineProperty(Document.prototype, 'cookie', {
             get() { throw new Error('no') }, set() { throw new Error('no') }
           })"""
    )
    page.goto(site.page("/", "<button>Go</button>"))
    page.click("button")
    (view,) = site.wait_for("page")
    (click,) = site.wait_for("click")
    assert (click["s"], click["p"]) == (view["s"], view["p"])


def test_visitor_without_local_storage_is_known_again_by_a_cookie(
    site: CollectingSite, visitor: BrowserContext
) -> None:
    visitor.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('no') }})")
    address = site.page("/", TALL)
    page = visitor.new_page()
    page.goto(address)
    page.goto(address)
    site.wait_for("page", 2)
    assert len({(one.fields["u"], one.fields["s"]) for one in site.requests("e")}) == 1
