"""Lets the visits happen: one Chromium, a context a visitor, acting in turns, so that they overlap as real ones do."""

from __future__ import annotations

import heapq
import random
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, BrowserContext, Request, sync_playwright

from ops.demo_visits.hand import Hand
from ops.demo_visits.plan import Visit

APART_S = 1.1  # between the beginnings of two visits
FAREWELL_MS = 700  # for what the tracker sends when its page goes away


@dataclass
class Sent:
    """A visit that took place, as the tracker told of it: its session, its page views, whether it was recorded."""

    visit: Visit
    session: uuid.UUID | None = None
    page_views: set[str] = field(default_factory=set)
    recorded: bool = False
    seconds: float = 0.0

    def hear(self, request: Request) -> None:
        """Note what a request of the page says, if it is one of the tracker's."""
        address = urlsplit(request.url)
        if address.path not in ("/c/e", "/c/r"):
            return
        query = parse_qs(address.query)
        self.session = uuid.UUID(query["s"][0])
        self.page_views.add(query["p"][0])
        self.recorded = self.recorded or address.path == "/c/r"


def _context(browser: Browser, visit: Visit) -> BrowserContext:
    device = visit.visitor.device
    return browser.new_context(
        viewport={"width": device.width, "height": device.height},
        user_agent=device.user_agent,
        has_touch=device.touch,
        is_mobile=device.touch,
        locale=visit.visitor.locale,
        timezone_id=visit.visitor.timezone,
    )


def _happen(browser: Browser, shop: str, number: int, sent: Sent) -> Iterator[float]:
    """One visit from its first page to its leaving."""
    visit, began = sent.visit, time.monotonic()
    context = _context(browser, visit)
    context.on("request", sent.hear)
    page = context.new_page()
    hand = Hand(page, shop, visit.visitor.device.touch, random.Random(number))
    campaign = visit.visitor.campaign
    yield from visit.way(hand, visit.entry + (f"?{campaign}" if campaign else ""), visit.visitor.referrer)
    sent.seconds = round(time.monotonic() - began, 1)
    page.goto("about:blank")


def send(executable: str, shop: str, visits: list[Visit], told: Callable[[Sent], None]) -> list[Sent]:
    """Make all the visits; `told` is called when one has ended. Raises playwright's Error, NotThere."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable)
        all_sent = [Sent(visit) for visit in visits]
        clock = browser.new_page()
        start = time.monotonic()
        going = [
            (start + number * APART_S, number, _happen(browser, shop, number, sent))
            for number, sent in enumerate(all_sent)
        ]
        heapq.heapify(going)
        while going:
            due, number, visit = heapq.heappop(going)
            # The browser's own waiting, so that what its pages tell meanwhile is heard.
            clock.wait_for_timeout(max(0.0, due - time.monotonic()) * 1000)
            looks_s = next(visit, None)
            if looks_s is None:
                told(all_sent[number])
            else:
                heapq.heappush(going, (time.monotonic() + looks_s, number, visit))
        clock.wait_for_timeout(FAREWELL_MS)
        browser.close()
    return all_sent
