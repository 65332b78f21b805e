"""The dashboard in a real browser: the plant shop's project, and whoever looks at it, signed in."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from askers import new_user, signed_in
from plant_shop import Look, PlantShop, send_all
from playwright.sync_api import Browser, Page, expect
from running_stack import Stack

# Charts alone are seconds of a core's time to load; a machine that does much else at once takes its time.
PATIENCE_MS = 90_000
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def shop(stack: Stack) -> PlantShop:
    """A project of the account "Tests" with five visits."""
    return send_all(stack)


@pytest.fixture
def own_shop(stack: Stack) -> PlantShop:
    """The same once more, for a test that takes something away."""
    return send_all(stack)


@pytest.fixture(scope="session")
def member(stack: Stack) -> str:
    """The e-mail address of a member of the account."""
    return new_user(stack, "Tests", "member")


@pytest.fixture
def look(browser: Browser, stack: Stack) -> Iterator[Look]:
    """Opens an address as the user of an e-mail address, or as nobody; a script that throws fails the test."""
    contexts = []
    thrown: list[str] = []
    failed: list[str] = []  # requests: what a script that throws may have been missing

    def opened(address: str, email: str | None = None, width: int = 1440) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        if email:
            host = urlsplit(stack.edge).hostname or ""
            for name, value in signed_in(stack, email).cookies.items():
                context.add_cookies([{"name": name, "value": value, "domain": host, "path": "/"}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: thrown.append(str(error.stack or error)))
        page.on("requestfailed", lambda request: failed.append(f"{request.url}: {request.failure}"))
        page.on("response", lambda got: failed.append(f"{got.url}: {got.status}") if got.status >= 500 else None)
        page.goto(address)
        page.wait_for_selector(".hw-page")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not thrown, failed


@pytest.fixture
def page(look: Look, shop: PlantShop, member: str) -> Page:
    """The member's browser at the project's recordings."""
    return look(shop.path("/recordings"), member)
