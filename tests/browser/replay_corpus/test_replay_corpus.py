"""Real pages, live and as the player shows them: the same, pixel by pixel, also after their site is gone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import odd_page
import pytest
from askers import new_user, signed_in
from pixels import differing
from playwright.sync_api import Browser, Page
from running_stack import Stack
from visits import MOMENTS, VIEWPORT, Visit, visit_all

from bench.corpus.pages import PAGES
from bench.corpus.site import CorpusSite, serving
from ops import tool_cache

FRAME = ".hw-stage-frame iframe"
# The recorded page at its own size, with nothing of the player over it.
OWN_SIZE = (
    ".hw-stage-frame { position: fixed !important; left: 0; top: 0; transform: none !important; z-index: 99999 }"
    ".hw-stage, .hw-stage-page { overflow: visible !important; border-radius: 0 !important }"
    ".hw-big-play, .replayer-mouse, .replayer-mouse-tail, .hw-toast, .hw-partial { display: none !important }"
    "* { transition: none !important }"
)
SHOWN = """async () => {
  const page = document.querySelector(".hw-stage-frame iframe").contentDocument;
  const waits = () => [...page.images].some((one) => !one.complete && one.src) || page.fonts.status === "loading";
  const until = performance.now() + 5000;
  while (waits() && performance.now() < until) await new Promise((done) => setTimeout(done, 30));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


@pytest.fixture(scope="module")
def site() -> Iterator[CorpusSite]:
    kept = Path(os.environ.get("CORPUS_KEPT") or tool_cache.directory() / "corpus")
    with serving(kept) as served:
        yield served


@pytest.fixture(scope="module")
def visited(stack: Stack, browser: Browser, site: CorpusSite) -> tuple[int, list[Visit]]:
    return visit_all(stack, browser, site, [page for page in PAGES if os.environ.get("CORPUS_ONLY", "") in page.name])


@pytest.mark.timeout(900)  # two dozen pages, three moments each
@pytest.mark.parametrize("origin", ["on", "off"])
def test_replay_shows_what_the_page_showed(
    stack: Stack, browser: Browser, site: CorpusSite, visited: tuple[int, list[Visit]], origin: str
) -> None:
    """At most a tenth of the pages differ by more than 1 %, and none by more than 5 %.

    Not held yet: creative's masthead differs by up to 8.6 %. clean-blog's hovered heading (3 %) is among the tenth. The
    causes are not found.
    """
    project_id, visits = visited
    site.off = origin == "off"
    asked: list[str] = []
    page = signed_in_page(stack, browser)
    page.on("request", lambda request: asked.append(request.url))
    table = {visit.page.name: replayed(stack, page, project_id, visit, origin) for visit in visits}
    page.context.close()
    print(f"\nshare of pixels that differ, origin {origin}")
    for name, shares in table.items():
        print(f"{name:<55}" + "".join(f" {moment} {share:7.2%}" for moment, share in shares.items()))
    assert [url for url in asked if url.startswith(site.origin)] == []
    worst = sorted(max(shares.values()) for shares in table.values())
    assert worst[-1] <= 0.05
    assert len([share for share in worst if share > 0.01]) <= len(table) / 10


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_replay_shows_what_no_theme_has(stack: Stack, browser: Browser, site: CorpusSite, dark: bool) -> None:
    with serving(Path()) as other:
        odd_page.put(site, other)
        site.off = False
        project_id, (visit,) = visit_all(stack, browser, site, [odd_page.PAGE], dark)
        site.off = other.off = True
        page = signed_in_page(stack, browser)
        shares = replayed(stack, page, project_id, visit, "dark" if dark else "light")
        page.context.close()
    assert max(shares.values()) <= 0.01, shares


def signed_in_page(stack: Stack, browser: Browser) -> Page:
    """A member of the account, with room for a recorded page at its own size."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    host = urlsplit(stack.edge).hostname or ""
    for name, value in signed_in(stack, new_user(stack, "Tests", "member")).cookies.items():
        context.add_cookies([{"name": name, "value": value, "domain": host, "path": "/"}])
    page = context.new_page()
    page.set_default_timeout(60_000)
    return page


def replayed(stack: Stack, page: Page, project_id: int, visit: Visit, origin: str) -> dict[str, float]:
    """The share of pixels that differ, by moment."""
    pieces = f"/api/v1/projects/{project_id}/recordings/{visit.session}/pieces"
    if page.locator(".hw-player").count():
        with page.expect_response(lambda answer: urlsplit(answer.url).path == pieces):
            page.evaluate(
                "(url) => dash_clientside.set_props('player', {eventsUrl: url, startMs: 0, chapters: [], marks: []})",
                pieces,
            )
    else:
        page.goto(f"{stack.edge}/recordings/{visit.session}?p={project_id}")
        page.wait_for_selector(".hw-player")
        page.add_style_tag(content=OWN_SIZE)
    page.wait_for_function(
        "(path) => document.querySelector('.hw-address-field').title.endsWith(path)"
        " && document.querySelector('.hw-player[data-hw-complete]:is([data-hw-state=ready], [data-hw-state=paused])')",
        arg=visit.page.path,
    )
    shares = {}
    for moment in MOMENTS:
        at = visit.at_ms[moment] - visit.begins_ms
        page.evaluate("(at) => dash_clientside.set_props('player', {startMs: at})", at)
        page.wait_for_timeout(150)
        page.evaluate(SHOWN)
        shown = page.screenshot(clip={"x": 0, "y": 0, **VIEWPORT}, animations="disabled")
        kept = os.environ.get("CORPUS_PICTURES")
        marks = None
        if kept:
            name = visit.page.name.replace("/", "_")
            Path(kept, f"{name}-{moment}-{origin}-live.png").write_bytes(visit.pictures[moment])
            Path(kept, f"{name}-{moment}-{origin}-replay.png").write_bytes(shown)
            marks = Path(kept, f"{name}-{moment}-{origin}-marks.png")
        shares[moment] = differing(page, visit.pictures[moment], shown, marks)
    return shares
