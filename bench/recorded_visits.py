"""Visitors of the corpus, in a real browser: each looks at some pages, moves, scrolls, opens and clicks things."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Browser, Error, Page, Request, Route, sync_playwright

from bench.corpus.pages import CorpusPage

CHROMIUM = "/usr/bin/chromium"
PAGES_EACH = 3
ACTIONS = 14


@dataclass
class Visit:
    """What was seen of what a visit's browser sent of its recording: `bodies`, the bytes of each request; `chunks`,
    which they were (page view and number; one that is sent again is the same); `session` its id."""

    session: str = ""
    bodies: list[int] = field(default_factory=list)
    chunks: set[tuple[str, str]] = field(default_factory=set)


@contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium until the end of the block."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


def visit(browser: Browser, origin: str, collector: str, pages: list[CorpusPage], hand: random.Random) -> Visit:
    """One visitor, new to the site, on some of its pages. `hand` decides what they do."""
    found = Visit()
    context = browser.new_context(viewport={"width": 1280, "height": 720})

    def stay(route: Route) -> None:
        # What the pages fetch from elsewhere is not there: the measure must not hang on somebody's server.
        if route.request.url.startswith((origin, collector)):
            route.continue_()
        else:
            route.abort()

    def keep(request: Request) -> None:
        if request.url.startswith(f"{collector}/c/r"):
            found.bodies.append(len(request.post_data_buffer or b""))
            query = dict(parse_qsl(urlsplit(request.url).query))
            found.session = query["s"]
            found.chunks.add((query["p"], query["n"]))

    context.route("**/*", stay)
    page = context.new_page()
    page.on("request", keep)
    for one in hand.sample(pages, PAGES_EACH):
        with page.expect_request(lambda request: request.url.startswith(f"{collector}/c/r"), timeout=30_000):
            page.goto(f"{origin}/{one.name}")
        _look_around(page, hand)
    page.close(run_before_unload=True)
    context.close()
    return found


def _look_around(page: Page, hand: random.Random) -> None:
    for _ in range(ACTIONS):
        page.mouse.move(hand.randrange(1_200), hand.randrange(700), steps=6)
        what = hand.random()
        if what < 0.4:
            page.mouse.wheel(0, hand.choice((300, 500, -200)))
        elif what < 0.7:
            _press_something(page, hand)
        page.wait_for_timeout(hand.randrange(150, 500))


def _press_something(page: Page, hand: random.Random) -> None:
    """A button, a menu or a field, whatever is there and leads nowhere else."""
    found = page.locator("button:visible, [data-toggle]:visible, [data-bs-toggle]:visible, input:visible").all()[:40]
    if not found:
        return
    one = hand.choice(found)
    with suppress(Error):  # what lies below something else can't be pressed
        if one.evaluate("e => e.matches('input:not([type=checkbox]):not([type=radio]):not([type=submit])')"):
            one.press_sequentially("boots and shoes", timeout=800)
        else:
            one.click(timeout=800, no_wait_after=True)
