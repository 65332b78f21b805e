"""Sites that ask for consent: what is kept in the browser and what is sent, before a visitor agrees and after."""

from __future__ import annotations

import pytest
from collecting_site import CollectingSite
from playwright.sync_api import BrowserContext, Page

STORAGE, TRACKING, NEVER_STORED = 1, 2, 3
NOBODY = "0" * 32
KEPT = "Object.assign({cookie: document.cookie}, localStorage)"
NOTHING = {"cookie": ""}


def ids(site: CollectingSite) -> list[tuple[str, str]]:
    """Session and visitor of each request."""
    return [(one.fields["s"], one.fields["u"]) for one in site.requests("e")]


@pytest.mark.parametrize("ask", [STORAGE, NEVER_STORED])
def test_nothing_is_kept_of_a_visitor_who_has_not_agreed_and_the_visit_counts(
    site: CollectingSite, page: Page, ask: int
) -> None:
    site.rules, site.record = {"ask": ask}, True
    site.page("/two", "<h1>Two</h1>")
    page.goto(site.page("/", "<button>Go</button><a href=/two>Two</a>"))
    site.wait(lambda: site.recording())
    page.click("button")
    page.click("a")
    site.wait_for("page", 2)
    assert site.wait_for("click", 2)
    assert set(ids(site)) == {(NOBODY, NOBODY)}
    assert {(one.fields["s"], one.fields["u"]) for one in site.requests("r")} == {(NOBODY, NOBODY)}
    assert page.evaluate(KEPT) == NOTHING
    assert page.context.cookies() == []


def test_from_consent_on_ids_are_kept_and_what_comes_is_a_page_view_of_their_session(
    site: CollectingSite, visitor: BrowserContext, page: Page
) -> None:
    site.rules = {"ask": STORAGE}
    page.goto(site.page("/", "<button>Go</button>"))
    site.wait_for("page")
    page.evaluate("heatwake('consent', true)")
    page.click("button")
    (click,) = site.wait_for("click")
    assert click["s"] != NOBODY
    assert [view["s"] == NOBODY for view in site.events("page")] == [True, False]
    assert page.evaluate(KEPT)["_hw"].split(".")[1] == click["s"]
    page.close()
    later = visitor.new_page()
    later.goto(site.address + "/")
    site.wait_for("page", 3)
    assert site.events("page")[2]["s"] == click["s"]


def test_never_stored_means_after_consent_too(site: CollectingSite, page: Page) -> None:
    site.rules = {"ask": NEVER_STORED}
    page.goto(site.page("/", "<button>Go</button>"))
    site.wait_for("page")
    page.evaluate("heatwake('consent', true)")
    page.click("button")
    site.wait_for("click")
    assert set(ids(site)) == {(NOBODY, NOBODY)}
    assert page.evaluate(KEPT) == {"cookie": "", "_hw_no": "0"}


def test_nothing_is_sent_before_consent_where_tracking_needs_it(
    site: CollectingSite, visitor: BrowserContext, page: Page
) -> None:
    site.rules, site.record = {"ask": TRACKING}, True
    page.goto(site.page("/", "<button>Go</button>"))
    page.wait_for_function("window.heatwake && !Array.isArray(heatwake.q)")
    page.click("button")
    page.evaluate("heatwake('event', 'too early')")
    assert page.evaluate(KEPT) == NOTHING
    page.evaluate("heatwake('consent', true)")
    page.click("button")
    assert len(site.wait_for("click")) == 1
    assert site.events("event") == []
    assert NOBODY not in str(ids(site))
    page.close()
    later = visitor.new_page()
    later.goto(site.address + "/")
    site.wait_for("page", 2)
    later.evaluate("heatwake('consent', false)")
    assert later.evaluate(KEPT)["_hw_no"] == "1"
    sent = len(site.sent)
    later.reload()
    later.wait_for_function("window.heatwake && !Array.isArray(heatwake.q)")
    later.click("button")
    later.close(run_before_unload=True)
    assert len(site.sent) <= sent + 1, "what was under way when consent was taken back, and nothing else"


def test_strict_site_tells_no_text_of_its_pages_but_what_it_opens(site: CollectingSite, page: Page) -> None:
    site.rules, site.record = {"privacy": "strict"}, True
    body = """<h1>Xanadu heading</h1><button>Xanadu button</button><img alt='Xanadu picture'>
      <select><option>Xanadu choice</option></select><p data-hw-unmask>An open paragraph</p>
      <button data-hw-unmask id=open>Open button</button><div id=later></div>"""
    page.goto(site.page("/", body, head="<script>document.title = 'Xanadu title'</script>"))
    site.wait(lambda: site.recording())
    page.evaluate("document.querySelector('#later').innerHTML = '<b title=\"Xanadu later\">Xanadu later</b>'")
    page.click("button >> nth=0")
    page.click("#open")
    clicks = site.wait_for("click", 2)
    site.wait(lambda: any(event["type"] == 3 and event["data"]["source"] == 0 for event in site.recording()))
    assert [click["text"] for click in clicks] == ["", "Open button"]
    assert "An open paragraph" in str(site.recording())
    assert "anadu" not in "".join(one.opened.decode() for one in site.sent)


def test_open_site_tells_what_its_pages_say_and_not_what_is_typed(site: CollectingSite, page: Page) -> None:
    site.rules, site.record = {"privacy": "open"}, True
    page.goto(site.page("/", "<p>Write to office@shop.example</p><input>"))
    site.wait(lambda: site.recording())
    page.type("input", "Zanzibar")
    page.keyboard.press("Tab")
    site.wait(lambda: any(event["type"] == 3 and event["data"]["source"] == 5 for event in site.recording()))
    assert "office@shop.example" in str(site.recording())
    assert "Zanzibar" not in str(site.recording())
