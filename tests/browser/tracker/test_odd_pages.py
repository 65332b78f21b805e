"""Pages that change what a script can rely on, and pages that break."""

from __future__ import annotations

import pytest
from collecting_site import CollectingSite
from playwright.sync_api import Page

TO_JSON = """for (const type of [Array, Object, String, Number, Date])
  type.prototype.toJSON = function () { return 'not json: ' + type.name }"""
OLD_LIBRARY = """Array.from = function (iterable) { return (iterable || []).length ? [iterable[0]] : [] };
  Array.prototype.toJSON = function () { return '[' + this.join() + ']' };
  Element.prototype.remove = undefined; Element.prototype.closest = Element.prototype.closest;
  Array.prototype.extra = () => 1; String.prototype.extra = () => 1; Object.prototype.extra = () => 1;"""


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(TO_JSON, id="toJSON on every type"),
        pytest.param(
            f"Object.defineProperty(Array.prototype, 'toJSON', {{value() {{ return 'x' }}}}); {OLD_LIBRARY}", id="old"
        ),
    ],
)
def test_page_that_has_changed_json_and_arrays_is_tracked_and_recorded(
    site: CollectingSite, page: Page, script: str
) -> None:
    site.record = True
    before = f"<script>{script}; window.before = [Array.from, JSON.stringify, history.length]</script>"
    page.goto(site.page("/", "<ul><li>One<li>Two<li>Three</ul><button id=go>Go</button>", head=before))
    page.click("#go")
    page.evaluate("heatwake('event', 'bought', {list: 3, name: 'A \"quoted\" name\\n\\u2028'})")
    assert site.wait_for("click")[0]["b"][3] > 0
    assert site.wait_for("event")[0]["props"] == {"list": 3, "name": 'A "quoted" name\n\u2028'}
    site.wait(lambda: [event for event in site.recording() if event["type"] == 2])
    assert "Three" in str(site.recording())
    assert page.evaluate("before[0] === Array.from && before[1] === JSON.stringify")


def test_page_whose_own_scripts_throw_is_tracked(site: CollectingSite, page: Page) -> None:
    throwing = "<script>addEventListener('click', () => { throw new Error(\"the page's own\") }, true)</script>"
    page.goto(
        site.page(
            "/",
            f"<button>Go</button>{throwing}<script>nonsense(</script>".replace("nonsense(", "throw 'the page\\'s own'"),
        )
    )
    page.click("button")
    site.wait_for("click")


def test_page_sees_one_global_and_its_history_as_it_was(site: CollectingSite, page: Page) -> None:
    site.record = True
    before = "<script>window.names = Object.getOwnPropertyNames(window)</script>"
    page.goto(site.page("/", "<h1>Hi</h1>", head=before))
    site.wait(lambda: site.recording())
    more = page.evaluate("Object.getOwnPropertyNames(window).filter((name) => !names.includes(name))")
    assert set(more) <= {"heatwake", "names"}
    page.evaluate("heatwake('stop')")
    assert "[native code]" in page.evaluate("history.pushState.toString()")


def test_application_that_wraps_history_after_us_goes_on_working(site: CollectingSite, page: Page) -> None:
    page.goto(site.page("/", "<h1>Hi</h1>"))
    site.wait_for("page")
    page.evaluate("""() => {
      const before = history.pushState;
      window.paths = [];
      history.pushState = function (...given) { paths.push(given[2]); return before.apply(this, given) };
      history.pushState({step: 1}, '', '/one');
      heatwake('stop');
      history.pushState({step: 2}, '', '/two');
    }""")
    assert page.evaluate("[paths, history.state, location.pathname]") == [["/one", "/two"], {"step": 2}, "/two"]


def test_frozen_prototypes_and_missing_functions_hurt_nobody(site: CollectingSite, page: Page) -> None:
    broken = """<script>
      for (const name of ['requestIdleCallback', 'CompressionStream']) delete window[name];
      delete Request.prototype.keepalive;
      Object.freeze(Array.prototype); Object.freeze(Object.prototype);
    </script>"""
    site.record = True
    page.goto(site.page("/", "<button>Go</button>", head=broken))
    page.click("button")
    site.wait_for("click")
    site.wait(lambda: site.recording())


def test_browser_whose_requests_end_with_the_page_sends_a_beacon(site: CollectingSite, page: Page) -> None:
    site.page("/next", "<h1>Next</h1>", snippet="")
    page.goto(
        site.page("/", "<a id=go href='/next'>Next</a>", head="<script>delete Request.prototype.keepalive</script>")
    )
    site.wait_for("page")
    page.click("#go")
    page.wait_for_url("**/next")
    site.wait_for("click")
    assert all(one.content_type.startswith("text/plain") for one in site.requests("e"))


def test_page_in_a_sandboxed_frame_is_left_in_peace(site: CollectingSite, page: Page) -> None:
    site.page("/inner", "<button>Inside</button>")
    page.goto(site.page("/", "<iframe sandbox='allow-scripts' src='/inner'></iframe>", snippet=""))
    page.frame_locator("iframe").locator("button").click()
    assert site.wait_for("click")[0]["text"] == "Inside"
