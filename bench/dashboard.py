"""The dashboard: the recording list with filters, whole pages, and the API against the bare question to the store.

Sessions are seeded through the event stream, and with `--rows` as many more as one likes into the table. In the store
each condition of the list is asked for alone. A whole page is its HTML and every callback that a browser asks for it,
as a real Chromium did once; these requests are then repeated one after the other, and their times added up.
"""

from __future__ import annotations

import argparse
import datetime as dt
import http.client
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench.report import BenchError, Figures, Say
from bench.session_rows import DAYS, fill
from bench.stack import Stack, own_stack
from bench.visits import seed
from storage.postgres import Database
from storage.session_index import SessionFilter, open_session_index

PAGES = ("/", "/recordings", "/heatmaps", "/funnels")
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome-stable")
LOADS_S, QUIET_MS = 60, 1_500  # a page that has asked for nothing in this time has all it shows
DASH = ("/_dash-layout", "/_dash-dependencies", "/_dash-update-component")
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"device": "mobile"},
    {"min_clicks": 2},
    {"min_duration_ms": 60_000, "browser": "Firefox"},
    {"device": "desktop", "min_pages": 3},
)
# What the list in the dashboard can be cut down to, each alone, and some together; as SessionFilter has them.
CONDITIONS: dict[str, dict[str, Any]] = {
    "none": {},
    "device": {"devices": ["mobile"]},
    "browser": {"browsers": ["Opera"]},
    "system": {"oses": ["Linux"]},
    "country": {"countries": ["IS"]},
    "referrer": {"referrer_hosts": ["forum.example"]},
    "campaign source": {"utm_sources": ["letter"]},
    "campaign": {"utm_campaigns": ["autumn"]},
    "user": {"user_ref": "user-77"},
    "trait": {"traits": {"plan": "enterprise"}},
    "page": {"page": "products/7"},
    "entry": {"entry": "products/399"},
    "exit": {"exit": "help"},
    "page that nobody saw": {"page": "nowhere"},
    "longer than": {"min_duration_ms": 1_800_000},
    "shorter than": {"max_duration_ms": 2_000},
    "pages": {"min_page_views": 18},
    "clicks": {"min_clicks": 35},
    "custom events": {"min_events": 25},
    "rage clicks": {"min_rage_clicks": 1},
    "dead clicks": {"min_dead_clicks": 1},
    "error clicks": {"min_error_clicks": 1},
    "recorded": {"recorded": True},
    "country, browser, rage": {"countries": ["IS"], "browsers": ["Opera"], "min_rage_clicks": 1},
}
COUNTED = 10_001  # as dashboard.queries.recordings has it


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sessions", type=int, default=20_000, help="to seed before it is measured")
    parser.add_argument("--rows", type=int, default=0, help="sessions more, written into the table itself over 30 days")
    parser.add_argument("--repeats", type=int, default=100, help="of each question and page")


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]


@dataclass(frozen=True)
class Asked:
    """A request of a page."""

    method: str
    path: str
    body: str | None
    kind: str


class Client:
    """One connection to the edge."""

    def __init__(self, stack: Stack, headers: dict[str, str]) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(stack.settings.public_url).netloc, timeout=60)
        self._headers = headers

    def ms(self, asked: Asked) -> float:
        """How long the answer took to come, in ms. Raises BenchError if it is none."""
        headers = self._headers | ({"Content-Type": asked.kind} if asked.body else {})
        began = time.perf_counter()
        self._connection.request(asked.method, asked.path, asked.body, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status not in (200, 204):
            raise BenchError(f"{asked.method} {asked.path} answers {answer.status}: {text[:300]!r}")
        return took


@contextmanager
def _browser(stack: Stack) -> Iterator[Any]:
    """A page of a Chromium that has signed in. Raises BenchError if there is no browser."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise BenchError("playwright is not installed; bin/bench sets it up.") from error
    with sync_playwright() as playwright:
        for path in CHROMIUM:
            try:
                browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
                break
            except Error:
                continue
        else:
            raise BenchError(f"no Chromium at {', '.join(CHROMIUM)}")
        page = browser.new_page()
        page.goto(f"{stack.settings.public_url}/sign-in")
        page.locator("input[name=email]").fill(stack.project["email"])
        page.locator("input[name=password]").fill(stack.project["password"])
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        yield page
        browser.close()


def _requests_of(stack: Stack, page: Any, path: str) -> list[Asked]:
    """What a browser asks of the dashboard for this page: the HTML, then Dash's own addresses."""
    seen: list[Asked] = []

    def note(request: Any) -> None:
        parts = urlsplit(request.url)
        whole = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if request.resource_type == "document" or parts.path.startswith(DASH):
            kind = request.headers.get("content-type", "application/json")
            seen.append(Asked(request.method, whole, request.post_data, kind))

    page.on("request", note)
    page.goto(f"{stack.settings.public_url}{path}?p={stack.project['project_id']}")
    until, known = time.monotonic() + LOADS_S, -1
    while not any(one.method == "POST" for one in seen) or len(seen) != known:
        if time.monotonic() > until:
            raise BenchError(f"{path} asks on and on, or for nothing: {[one.path for one in seen][-5:]}")
        known = len(seen)
        page.wait_for_timeout(QUIET_MS)
    page.remove_listener("request", note)
    return seen


def _lists(stack: Stack, repeats: int) -> tuple[list[float], list[float]]:
    """(through the API, from the store alone): ms of the same lists, each asked for the first time, taking turns."""
    api = Client(stack, {"Authorization": f"Bearer {stack.project['api_key']}"})
    project_id = int(stack.project["project_id"])
    index = open_session_index(stack.settings, Database(stack.settings, "app", size=1))
    chance, end = random.Random(7), dt.datetime.now(dt.UTC)
    through, alone = [], []
    for number in range(repeats + 10):
        wanted = FILTERS[number % len(FILTERS)]
        # A period that nobody has asked for yet: no answer comes from the cache.
        start = end - dt.timedelta(days=3, milliseconds=chance.randrange(3_600_000))
        query: dict[str, Any] = {"from": start.isoformat(), "to": end.isoformat(), "limit": 50} | wanted
        asked = Asked("GET", f"/api/v1/projects/{project_id}/recordings?{urlencode(query)}", None, "")
        where = SessionFilter(
            start=start,
            end=end,
            devices=[wanted["device"]] if "device" in wanted else [],
            min_clicks=wanted.get("min_clicks", 0),
            min_page_views=wanted.get("min_pages", 0),
            min_duration_ms=wanted.get("min_duration_ms", 0),
            browsers=[wanted["browser"]] if "browser" in wanted else [],
        )

        def bare(where: SessionFilter = where) -> float:
            began = time.perf_counter()
            index.search(project_id, where, limit=50, count_to=COUNTED)
            return (time.perf_counter() - began) * 1000

        turns: list[Callable[[], float]] = [lambda asked=asked: api.ms(asked), bare]  # type: ignore[misc]
        times = [turns[0](), turns[1]()] if number % 2 else [turns[1](), turns[0]()][::-1]
        if number >= 10:  # the first warm up
            through.append(times[0])
            alone.append(times[1])
    return through, alone


def _conditions(stack: Stack, repeats: int, say: Say) -> dict[str, float]:
    """Condition → p95 in ms of the list's first page and its total in the store, over a month; and deep in it."""
    index = open_session_index(stack.settings, Database(stack.settings, "app", size=1))
    project_id, chance, end = int(stack.project["project_id"]), random.Random(11), dt.datetime.now(dt.UTC)

    def timed(where: dict[str, Any], cursor: str | None = None) -> tuple[float, str | None, int]:
        start = end - dt.timedelta(days=DAYS - 1, milliseconds=chance.randrange(3_600_000))
        began = time.perf_counter()
        page = index.search(project_id, SessionFilter(start=start, end=end, **where), "newest", 50, cursor, COUNTED)
        return (time.perf_counter() - began) * 1000, page.cursor, page.total

    found: dict[str, float] = {}
    for name, where in CONDITIONS.items():
        timed(where)
        asked = [timed(where) for _ in range(repeats)]
        times = [ms for ms, _, _ in asked]
        found[name] = round(_p95(times), 1)
        say(f"list, {name}: p95 {found[name]} ms, median {median(times):.1f} ms, {asked[0][2]} found")
    cursor: str | None = None
    for _ in range(200):
        cursor = timed({}, cursor)[1]
    found["10,000 down"] = round(_p95([timed({}, cursor)[0] for _ in range(repeats)]), 1)
    say(f"list, 10,000 sessions down: p95 {found['10,000 down']} ms")
    return found


def measure(asked: argparse.Namespace, say: Say) -> Figures:
    """`list_p95_ms`, `page_p95_ms`, `vs_store`."""
    with own_stack() as stack:
        seed(stack, asked.sessions, say)
        if asked.rows:
            fill(stack, asked.rows, say)
        conditions = _conditions(stack, asked.repeats, say)
        through, alone = _lists(stack, asked.repeats)
        say(f"list: API median {median(through):.1f} ms p95 {_p95(through):.1f} ms, store alone {median(alone):.1f} ms")
        pages: list[float] = []
        figures: Figures = {"sessions": asked.sessions + asked.rows}
        with _browser(stack) as page:
            found = {path: _requests_of(stack, page, path) for path in PAGES}
            cookie = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
        client = Client(stack, {"Cookie": cookie, "Accept": "text/html,application/json"})
        for path, requests in found.items():
            times = [sum(client.ms(one) for one in requests) for _ in range(asked.repeats)]
            pages += times
            say(f"page {path}: {len(requests)} requests, median {median(times):.1f} ms, p95 {_p95(times):.1f} ms")
        return figures | {
            "list_p95_ms": round(_p95(through), 1),
            "conditions_p95_ms": max(conditions.values()),
            "conditions_below_100_ms": sum(ms < 100 for ms in conditions.values()),
            "conditions": len(conditions),
            "list_median_ms": round(median(through), 1),
            "page_p95_ms": round(_p95(pages), 1),
            "page_median_ms": round(median(pages), 1),
            "store_median_ms": round(median(alone), 1),
            "vs_store": round(median(through) / median(alone), 2),
        }
