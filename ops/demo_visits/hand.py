"""A visitor's hand: moves the mouse or taps, scrolls and types as a person does, with a real browser's real events."""

from __future__ import annotations

import random

from playwright.sync_api import Locator, Page

LOAD_MS = 20_000


class NotThere(RuntimeError):
    """The shop has no such element, or it can't be reached."""


class Hand:
    """Acts on one page. `chance` says where in an element it lands, so that the same visit lands the same."""

    def __init__(self, page: Page, shop: str, touch: bool, chance: random.Random) -> None:
        self.page = page
        self._shop = shop
        self._touch = touch
        self._chance = chance

    def open(self, path: str, referrer: str | None = None) -> None:
        """Type an address, or follow a link to it from another site."""
        self.page.goto(self._shop + path, referer=referrer, timeout=LOAD_MS)

    def press(self, selector: str, times: int = 1) -> None:
        """Click or tap an element, near its middle. Raises NotThere."""
        x, y = self._reach(self.page.locator(selector).first)
        for _ in range(times):
            if self._touch:
                self.page.touchscreen.tap(x, y)
            else:
                self.page.mouse.click(x, y)

    def follow(self, selector: str, path: str) -> None:
        """Press what leads to the page at `path`, and wait until it is there."""
        self.press(selector)
        self.page.wait_for_url(f"{self._shop}{path}", timeout=LOAD_MS)

    def scroll(self, by: int) -> None:
        """Turn the wheel by so many pixels; negative is up."""
        self.page.mouse.wheel(0, by)

    def type(self, selector: str, text: str) -> None:
        """Press into a field and type, key by key."""
        self.press(selector)
        self.page.locator(selector).press_sequentially(text, delay=8, timeout=LOAD_MS)

    def choose(self, selector: str, value: str) -> None:
        """Choose from a list."""
        self.page.locator(selector).select_option(value, timeout=LOAD_MS)

    def _reach(self, element: Locator) -> tuple[float, float]:
        """Bring it into view and move to it; where in the window it is then."""
        element.scroll_into_view_if_needed(timeout=LOAD_MS)
        box = element.bounding_box(timeout=LOAD_MS)
        if box is None:
            raise NotThere(f"{element} on {self.page.url} can't be seen.")
        x = box["x"] + box["width"] * min(max(self._chance.gauss(0.5, 0.14), 0.15), 0.85)
        y = box["y"] + box["height"] * min(max(self._chance.gauss(0.5, 0.14), 0.2), 0.8)
        if not self._touch:
            self.page.mouse.move(x, y, steps=10)
        return x, y
