"""Page views as the collector hears of them."""

from __future__ import annotations

import re

from collecting_site import CollectingSite
from playwright.sync_api import Page

HEX = re.compile(r"[0-9a-f]+")


def test_page_view_names_its_address_and_the_layout_that_it_was_seen_in(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/shoes", "<h1>Shoes</h1><div style='height:3000px'></div>"))
    (view,) = site.wait_for("page")
    assert view["url"] == f"{site.address}/shoes"
    assert (view["title"], view["ref"], view["nav"], view["vw"], view["vh"]) == ("A page", "", "load", 1280, 720)
    assert view["dh"] > 3000
    assert view["lang"]
    assert view["tz"]


def test_query_is_written_in_the_order_that_the_collector_reads_fastest(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/", "<h1>Home</h1>"))
    site.wait_for("page")
    first = site.requests("e")[0]
    assert [name for name, _ in first.query] == ["v", "k", "s", "p", "n", "u", "t"]
    fields = first.fields
    assert (fields["v"], fields["k"], fields["n"]) == ("1", site.key, "0")
    assert (len(fields["s"]), len(fields["p"]), len(fields["u"]), len(fields["t"])) == (32, 12, 32, 13)
    assert all(HEX.fullmatch(fields[name]) for name in "spu")
    assert first.content_type.startswith("text/plain")
