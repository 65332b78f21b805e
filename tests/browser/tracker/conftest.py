"""What the tracker's tests share: a site that collects, and a visitor's browser."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from collecting_site import CollectingSite, serving
from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture(scope="session")
def served() -> Iterator[CollectingSite]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with serving() as site:
        yield site


@pytest.fixture
def site(served: CollectingSite) -> CollectingSite:
    """A site without pages, to which nothing has been sent."""
    served.reset()
    return served


@pytest.fixture
def visitor(browser: Browser, site: CollectingSite) -> Iterator[BrowserContext]:
    """A visitor with a browser of his own; no page of his may see an error."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    thrown: list[str] = []
    context.on("weberror", lambda error: thrown.append(str(error.error)))
    yield context
    context.close()
    assert [error for error in thrown if "the page's own" not in error] == []


@pytest.fixture
def page(visitor: BrowserContext) -> Page:
    return visitor.new_page()
