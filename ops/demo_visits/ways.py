"""What visitors do in the shop.

A way is a generator that acts with the visitor's hand and yields how long they look, in seconds. Between two acts of
one visit the others go on: `send` takes turns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ops.demo_visits.hand import Hand

Way = Callable[[Hand, str, str | None], Iterator[float]]


def _arrive(hand: Hand, address: str, referrer: str | None) -> Iterator[float]:
    hand.open(address, referrer)
    yield 1.2


def _read(hand: Hand, screens: int) -> Iterator[float]:
    for _ in range(screens):
        hand.scroll(560)
        yield 0.45


def _take(hand: Hand, product: str, colour: int = 1) -> Iterator[float]:
    """On a product's page: choose a colour and put it into the cart."""
    hand.press(f"#colour-{colour}")
    yield 0.5
    hand.press("#add-to-cart")
    yield 0.8


def _address(hand: Hand, name: str) -> Iterator[float]:
    hand.type("#email", f"{name.lower()}@example.org")
    yield 0.2
    hand.type("#full-name", f"{name} Example")
    hand.type("#street", "Lantern Lane 7")
    yield 0.2
    hand.type("#postcode", "10115")
    hand.type("#city", "Wickmoor")
    yield 0.3


def _pay(hand: Hand) -> Iterator[float]:
    hand.type("#card", "4242 4242 4242 4242")
    hand.type("#expiry", "11/30")
    hand.type("#cvc", "123")
    yield 0.4
    hand.follow("#pay", "/thanks")
    yield 1.2


def buys_a_lamp(hand: Hand, address: str, referrer: str | None) -> Iterator[float]:
    """Home, lamps, the Ember lamp, its size guide, cart, checkout, bought."""
    yield from _arrive(hand, address, referrer)
    hand.follow("#hero-lamps", "/shop/lamps")
    yield 1.0
    hand.follow("#card-ember-lamp a", "/product/ember-lamp")
    yield 1.2
    hand.press("#size-guide-open")
    yield 1.0
    hand.press("#size-guide-close")
    yield 0.4
    yield from _take(hand, "ember-lamp", 2)
    hand.follow("#cart-link", "/cart")
    yield 1.0
    hand.follow("#to-checkout", "/checkout")
    yield 0.8
    yield from _address(hand, "Ada")
    yield from _pay(hand)


def buys_two_mugs(hand: Hand, address: str, referrer: str | None) -> Iterator[float]:
    """Straight to a product from outside; one more in the cart; bought."""
    yield from _arrive(hand, address, referrer)
    yield from _read(hand, 1)
    yield from _take(hand, "dune-mug", 3)
    hand.follow("#cart-link", "/cart")
    yield 0.9
    hand.press("[data-by='1']")
    yield 0.7
    hand.follow("#to-checkout", "/checkout")
    yield 0.7
    yield from _address(hand, "Noor")
    yield from _pay(hand)


def buys_a_favourite(hand: Hand, address: str, referrer: str | None) -> Iterator[float]:
    """Reads the home page, takes a favourite, buys and goes back to the beginning."""
    yield from _arrive(hand, address, referrer)
    yield from _read(hand, 2)
    hand.follow("#favourites li:nth-of-type(3) a", "/product/fog-blanket")
    yield 1.0
    yield from _take(hand, "fog-blanket")
    hand.follow("#cart-link", "/cart")
    yield 0.8
    hand.follow("#to-checkout", "/checkout")
    yield 0.6
    yield from _address(hand, "Mika")
    yield from _pay(hand)
    hand.follow("#back-home", "/")
    yield 0.8


def leaves_at_the_checkout(hand: Hand, address: str, referrer: str | None) -> Iterator[float]:
    """Begins with the address, sees the card fields and goes."""
    yield from _arrive(hand, address, referrer)
    hand.follow("#card-drift-kettle a", "/product/drift-kettle")
    yield 1.0
    yield from _take(hand, "drift-kettle", 2)
    hand.follow("#cart-link", "/cart")
    yield 0.8
    hand.follow("#to-checkout", "/checkout")
    yield 1.0
    hand.type("#email", "sol@example.org")
    hand.scroll(420)
    yield 1.4


def gives_up_on_voucher(hand: Hand, address: str, referrer: str | None) -> Iterator[float]:
    """Tries a voucher again and again, which never works, and leaves the full cart."""
    yield from _arrive(hand, address, referrer)
    yield from _take(hand, "moss-cushion", 2)
    hand.follow("#cart-link", "/cart")
    yield 0.8
    hand.type("#voucher-code", "AUTUMN10")
    hand.press("#voucher-apply", times=5)
    yield 1.2


def rages_at_the_picture(hand: Hand, address: str, referrer: str | None) -> Iterator[float]:
    """Wants to see the picture larger; it can't be."""
    yield from _arrive(hand, address, referrer)
    hand.press("#picture", times=6)
    yield 0.9
    hand.press("#details-care summary")
    yield 0.7
    hand.press("#picture", times=4)
    yield 0.8


def compares(hand: Hand, address: str, referrer: str | None) -> Iterator[float]:
    """Goes through the categories without loading a page, sorts, looks at two things and goes back."""
    yield from _arrive(hand, address, referrer)
    hand.press("#category-table")
    yield 0.9
    hand.press("#category-textiles")
    yield 0.9
    hand.choose("#sort", "cheap")
    yield 0.7
    hand.follow("#products li:first-child a", "/product/rill-towel")
    yield 0.9
    yield from _read(hand, 2)
    hand.page.go_back()
    yield 0.7
    hand.follow("#products li:nth-of-type(2) a", "/product/*")
    yield 1.0


def opens_the_menu(hand: Hand, address: str, referrer: str | None) -> Iterator[float]:
    """Uses the menu of the header, or the drawer where there is no room for it."""
    yield from _arrive(hand, address, referrer)
    small = hand.page.locator("#drawer-button").is_visible()
    hand.press("#drawer-button" if small else "#menu-button")
    yield 0.8
    hand.follow(f"{'#drawer' if small else '#menu'} a[href='/shop/textiles']", "/shop/textiles")
    yield 0.9
    yield from _read(hand, 1)
    hand.follow("#card-slate-rug a", "/product/slate-rug")
    yield 1.1


def reads_the_story(hand: Hand, address: str, referrer: str | None) -> Iterator[float]:
    """Scrolls the home page to its end and signs up for the letter in its dialog."""
    yield from _arrive(hand, address, referrer)
    yield from _read(hand, 4)
    hand.press("#newsletter-open")
    yield 0.9
    hand.type("#newsletter-email", "letters@example.org")
    yield 0.3
    hand.press("#newsletter-send")
    yield 0.9


def asks_a_question(hand: Hand, address: str, referrer: str | None) -> Iterator[float]:
    """Opens the frequent questions, then writes."""
    yield from _arrive(hand, address, referrer)
    hand.press("#faq-return summary")
    yield 0.8
    hand.type("#contact-name", "Ilse Example")
    hand.type("#contact-email", "ilse@example.org")
    hand.type("#message", "Does the lamp come with a bulb?")
    yield 0.3
    hand.press("#contact-send")
    yield 0.9


def only_looks(hand: Hand, address: str, referrer: str | None) -> Iterator[float]:
    """One page, a bit of scrolling, gone."""
    yield from _arrive(hand, address, referrer)
    yield from _read(hand, 1)
