"""A buyer in the demo shop: one real visit in a real Chromium, whose every click is known."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Page, Request
from running_stack import Stack

VIEWPORT = {"width": 1280, "height": 800}
LOOKS_MS = 1_200  # as a person does; a whole second lies within, to which the player can be led
PRODUCT = "/product/ember-lamp"
# What the buyer clicks on the product's page, each once, by the element's path.
CLICKED = ("#size-guide-open", "#size-guide-close", "#colour-2", "#add-to-cart", "#cart-link")
# Typed into the checkout; none of it may leave the browser.
TYPED = {
    "#email": "secret-buyer@private.example",
    "#full-name": "Zebedee Quillfeather",
    "#street": "Hidden Hollow 4711",
    "#postcode": "98765-43",
    "#city": "Nowhereville",
    "#note": "the key lies under the blue pot",
    "#card": "4929 1111 2222 3333",
    "#expiry": "09/37",
    "#cvc": "8642",
}
# All that can be read on a page, in order.
TEXT_OF = """(page) => {
  const walk = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walk.nextNode()) {
    const { data, parentNode } = walk.currentNode;
    if (!["SCRIPT", "STYLE"].includes(parentNode.nodeName)) texts.push(data.trim());
  }
  return texts.filter(Boolean).join("\\n");
}"""


@dataclass
class Visited:
    """What the buyer did and saw. `campaign`: the utm_source of the visit, which no other has."""

    stack: Stack
    campaign: str
    session: str = ""
    addresses: list[str] = field(default_factory=list)
    loads: int = 0
    left_at: float = 0.0
    home_picture: bytes = b""
    product_text: str = ""
    product_picture: bytes = b""
    product_seen_ms: int = 0
    sent: list[bytes] = field(default_factory=list)

    def hear(self, request: Request) -> None:
        """Keep what the tracker sends."""
        address = urlsplit(request.url)
        if address.path in ("/c/e", "/c/r"):
            self.session = parse_qs(address.query)["s"][0]
            self.sent.append(request.post_data_buffer or b"")


def buy(stack: Stack, browser: Browser) -> Visited:
    """Home, lamps, tableware and back without a load, the Ember lamp with its size guide, cart, checkout, bought."""
    visited = Visited(stack, f"visit-{secrets.token_hex(6)}")
    context = browser.new_context(viewport=VIEWPORT)
    context.on("request", visited.hear)
    page = context.new_page()

    def arrive(act: Callable[[], object], path: str) -> None:
        """Go to another page and wait until its recorder has begun."""
        with page.expect_response(lambda answer: "/t/" in answer.url and answer.url.endswith("-3.js")):
            act()
        page.wait_for_url(lambda url: urlsplit(url).path == path)
        visited.addresses.append(path)
        visited.loads += 1

    def click(selector: str) -> Callable[[], object]:
        return lambda: page.click(selector)

    arrive(lambda: page.goto(f"{stack.shop}/?utm_source={visited.campaign}"), "/")
    visited.home_picture = page.screenshot(animations="disabled")
    page.mouse.wheel(0, 500)
    arrive(click("#hero-lamps"), "/shop/lamps")
    for category in ("#category-table", "#category-lamps"):
        page.click(category)
        page.wait_for_timeout(LOOKS_MS)
    visited.addresses += ["/shop/table", "/shop/lamps"]
    arrive(click("#card-ember-lamp a"), PRODUCT)
    page.click("#size-guide-open")
    page.click("#size-guide-close")
    page.click("#colour-2")
    page.mouse.move(5, 790)
    look(page, visited)
    page.click("#add-to-cart")
    page.get_by_text("Ember lamp is in your cart").wait_for()
    arrive(click("#cart-link"), "/cart")
    arrive(click("#to-checkout"), "/checkout")
    for selector, text in TYPED.items():
        page.locator(selector).press_sequentially(text)
    arrive(click("#pay"), "/thanks")
    page.goto("about:blank")
    context.close()
    return visited


def look(page: Page, visited: Visited) -> None:
    """Look at the product for a moment, and keep what there is to see, to hold the replay against it."""
    visited.product_seen_ms = page.evaluate("Date.now()")
    visited.product_text = page.evaluate(f"() => ({TEXT_OF})(document)")
    visited.product_picture = page.screenshot(animations="disabled")
    page.wait_for_timeout(LOOKS_MS)
