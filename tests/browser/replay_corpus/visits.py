"""Visits to the corpus' pages by a real browser, recorded by the running stack: how they looked at three moments."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from door import until
from playwright.sync_api import Browser, Error, Page, ViewportSize
from public_api import PublicApi
from running_stack import Stack

from bench.corpus.pages import PAGES, CorpusPage
from bench.corpus.site import CorpusSite
from storage.postgres import Database

VIEWPORT: Final = ViewportSize(width=1000, height=700)
AT_ONCE: Final = 8
MOMENTS: Final = ("loaded", "acted", "end")
SETTLE_MS: Final = 1_500  # of pages that show no canvas
# The recorder takes pictures of canvases a few times a minute.
CANVAS_MS: Final = 7_000


@dataclass
class Visit:
    """A page as it was seen: `pictures` by moment, and when each was taken, unix ms."""

    page: CorpusPage
    pictures: dict[str, bytes] = field(default_factory=dict)
    at_ms: dict[str, int] = field(default_factory=dict)
    session: str = ""
    begins_ms: int = 0  # unix time of the recording's first event


def _typed(selector: str, text: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        field = page.locator(selector).first
        field.evaluate("(field) => field.setAttribute('data-hw-unmask', '')")
        field.fill(text)

    return act


def _opened(selector: str) -> Callable[[Page], None]:
    return lambda page: page.locator(selector).first.click()


def _looked_around(page: Page) -> None:
    page.mouse.wheel(0, 350)
    page.wait_for_timeout(200)
    page.mouse.move(500, 350, steps=3)


ACTS: Final[dict[str, Callable[[Page], None]]] = {
    "startbootstrap-sb-admin-2/index.html": _opened("#userDropdown"),
    "startbootstrap-sb-admin-2/tables.html": _opened("#alertsDropdown"),
    "startbootstrap-sb-admin-2/buttons.html": _opened("#sidebarToggle"),
    "startbootstrap-sb-admin-2/cards.html": _opened("[href='#collapseCardExample']"),
    "gentelella/dist/production/form.html": _typed("input[type=text]", "Fern"),
    "gentelella/dist/production/login.html": _typed("form input", "Fern"),
    "reveal.js/demo.html": lambda page: page.keyboard.press("ArrowRight"),
    "odd/page.html": _opened("#open"),
    "todomvc/examples/jquery/index.html": _typed("#new-todo, .new-todo", "Water the fern"),
    "todomvc/examples/knockoutjs/index.html": _typed("#new-todo, .new-todo", "Read"),
}


def visit_all(
    stack: Stack, browser: Browser, site: CorpusSite, pages: list[CorpusPage] = PAGES, dark: bool = False
) -> tuple[int, list[Visit]]:
    """(the project's id, a visit to each page), once the API tells of all of them. `dark`: by visitors of dark
    pages."""
    project = stack.new_project(f"Corpus {secrets.token_hex(4)}", site.origin)
    with Database(stack.settings, "owner", size=1).transaction() as connection:
        connection.execute("UPDATE sites SET privacy = 'open' WHERE project_id = %s", (project["project_id"],))
    site.snippet = f'<script async src="{stack.edge}/h/{project["site_key"]}.js"></script>'
    visits = [Visit(page) for page in pages]
    for first in range(0, len(visits), AT_ONCE):
        _visit_some(browser, site, visits[first : first + AT_ONCE], dark)
    api = PublicApi(stack, project["project_id"], project["api_key"])
    for visit in visits:
        until(lambda visit=visit: _told(api, visit), f"the API to tell of {visit.page.name}")  # type: ignore[misc]
    until(lambda: _fetched(stack, project["project_id"]), "what the pages show to be fetched")
    return project["project_id"], visits


def _fetched(stack: Stack, project_id: int) -> bool:
    """Whether every address that was named has been tried."""
    with Database(stack.settings, "owner", size=1).transaction() as connection:
        waiting = connection.execute(
            "SELECT count(*) FROM assets WHERE project_id = %s AND checked_at IS NULL", (project_id,)
        ).fetchone()
    return waiting == (0,)


def _visit_some(browser: Browser, site: CorpusSite, visits: list[Visit], dark: bool) -> None:
    opened: list[tuple[Visit, Page]] = []
    for visit in visits:
        context = browser.new_context(
            viewport=VIEWPORT, reduced_motion="reduce", color_scheme="dark" if dark else "light"
        )
        page = context.new_page()
        page.goto(f"{site.origin}/{visit.page.package}/{visit.page.path}", wait_until="load")
        opened.append((visit, page))
    canvas = any(page.locator("canvas").count() for _, page in opened)
    for moment in MOMENTS:
        for visit, page in opened:
            if moment == "acted":
                ACTS.get(visit.page.name, _looked_around)(page)
            elif moment == "end":
                page.evaluate("scrollTo(0, (document.documentElement.scrollHeight - innerHeight) / 2)")
        time.sleep((CANVAS_MS if canvas else SETTLE_MS) / 1000)
        for visit, page in opened:
            _loaded(page)
            visit.pictures[moment] = page.screenshot(animations="disabled")
            visit.at_ms[moment] = page.evaluate("Date.now()")
        time.sleep(0.3)
    for _, page in opened:
        page.goto("about:blank")  # what the recorder holds is sent, by a browser that stays
    time.sleep(2)
    for _, page in opened:
        with suppress(Error):
            page.context.close()


def _loaded(page: Page) -> None:
    page.evaluate("document.fonts.ready.then(() => 0)")


def _told(api: PublicApi, visit: Visit) -> bool:
    for row in api.get("/recordings", limit=200)["items"]:
        if not row["entry"].endswith(f"/{visit.page.package}/{visit.page.path}") or not row["recorded"]:
            continue
        visit.session = row["id"]
        events: list[dict[str, Any]] = api.get(f"/recordings/{row['id']}/events")["events"]
        visit.begins_ms = min(event["timestamp"] for event in events)
        return any(event["type"] == 2 for event in events)
    return False
