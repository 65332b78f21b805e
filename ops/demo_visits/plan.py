"""The dozen: who comes and what they do."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ops.demo_visits import ways
from ops.demo_visits.visitors import ANDROID, EDGE, IPAD, IPHONE, LAPTOP, LARGE, WINDOWS, Visitor


@dataclass(frozen=True)
class Visit:
    """A visitor, the page where they come in, and their way."""

    visitor: Visitor
    entry: str
    way: ways.Way

    @property
    def name(self) -> str:
        """What they do, in words: `buys a lamp`."""
        return self.way.__name__.replace("_", " ")


DUCK = "https://duckduckgo.com/"
GOOGLE = "https://www.google.com/"
LETTER = "utm_source=letter&utm_medium=email&utm_campaign=autumn"
SOCIAL = "utm_source=instagram&utm_medium=social&utm_campaign=slow-evenings"

DOZEN = (
    Visit(Visitor(WINDOWS, "en-GB", "Europe/London", GOOGLE), "/", ways.buys_a_lamp),
    Visit(Visitor(IPHONE, "de-DE", "Europe/Berlin", None, LETTER), "/product/dune-mug", ways.buys_two_mugs),
    Visit(Visitor(LAPTOP, "fr-FR", "Europe/Paris", DUCK), "/shop/table", ways.leaves_at_the_checkout),
    Visit(Visitor(LARGE, "en-US", "America/New_York", "https://news.ycombinator.com/"), "/shop", ways.compares),
    Visit(Visitor(ANDROID, "es-ES", "Europe/Madrid", None, SOCIAL), "/", ways.opens_the_menu),
    Visit(Visitor(WINDOWS, "nl-NL", "Europe/Amsterdam", GOOGLE), "/product/ember-lamp", ways.rages_at_the_picture),
    Visit(Visitor(EDGE, "en-US", "America/Chicago", None, LETTER), "/product/moss-cushion", ways.gives_up_on_voucher),
    Visit(Visitor(IPAD, "sv-SE", "Europe/Stockholm", "https://www.pinterest.com/"), "/", ways.buys_a_favourite),
    Visit(Visitor(LAPTOP, "it-IT", "Europe/Rome"), "/", ways.reads_the_story),
    Visit(Visitor(IPHONE, "en-GB", "Europe/London", GOOGLE), "/shop/table", ways.leaves_at_the_checkout),
    Visit(Visitor(LARGE, "de-AT", "Europe/Vienna"), "/contact", ways.asks_a_question),
    Visit(Visitor(ANDROID, "pt-BR", "America/Sao_Paulo", GOOGLE), "/", ways.only_looks),
)


def plan(visits: int) -> list[Visit]:
    """So many visits: the dozen, and from its beginning again with another device each time round."""
    devices = (WINDOWS, LAPTOP, IPHONE, EDGE, ANDROID, LARGE, IPAD)
    planned = []
    for number in range(visits):
        visit = DOZEN[number % len(DOZEN)]
        turn = number // len(DOZEN)
        if turn:
            device = devices[(number + turn) % len(devices)]
            visit = replace(visit, visitor=replace(visit.visitor, device=device))
        planned.append(visit)
    return planned
