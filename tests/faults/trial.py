"""A trial: browsers send all the time, something is broken meanwhile, and at the end the books must balance."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from books import Books
from browsers import Browsers
from door import new_site, until
from running_stack import Stack

SITES = 3
MORE = 20  # requests beyond those of the fault that must have come through before it counts as over
RUSH = 8  # requests that are under way, at least, when something is broken


@dataclass
class Row:
    """A line of the table that the fault tests end with."""

    fault: str
    in_flight: int = 0
    acknowledged: int = 0
    stored: int = 0
    turned_back: int = 0
    recovery_s: float = 0.0


class Trial:
    """One fault under load. A context: the load runs inside, and when it has ended without an error the books are
    balanced and the row is kept."""

    asked_again = 0  # see Books.assert_balance

    def __init__(self, stack: Stack, fault: str, rows: list[Row], forgotten_refusals: bool, per_second: float) -> None:
        self._stack = stack
        self._rows = rows
        self._row = Row(fault)
        self._forgotten_refusals = forgotten_refusals
        self.sites = [new_site(stack) for _ in range(SITES)]
        self.books = Books(stack, self.sites)
        self.browsers = Browsers(stack, self.sites, per_second=per_second)

    def __enter__(self) -> Trial:
        self.browsers.__enter__()
        try:
            until(self.books.have_begun, "the load to be counted", 60)
        except BaseException:
            self.browsers.give_up()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        if kind:
            self.browsers.give_up()
            return
        self.browsers.__exit__()
        self.books.assert_balance(self.browsers.requests, self._forgotten_refusals, self.asked_again)
        self._row.acknowledged = self.browsers.acknowledged
        self._row.stored = self.books.committed()
        self._row.turned_back = self.browsers.turned_back
        self._rows.append(self._row)

    def break_it(self, act: Callable[[], Any], over: Callable[[], Any] = lambda: True, seconds: float = 120) -> Any:
        """Do it, wait until it is `over` and requests are acknowledged and counted as before; gives what `act` gave.

        `over`: whether what was broken is whole again. May be called several times; the longest recovery is kept.
        """
        self.browsers.rushing.set()
        until(lambda: self.browsers.in_flight > RUSH, "many requests to be under way")
        self._row.in_flight += self.browsers.in_flight
        self.browsers.rushing.clear()
        began = time.monotonic()
        gave = act()
        until(over, f"{self._row.fault} to be over", seconds)
        self.until_it_goes_on(seconds)
        self._row.recovery_s = max(self._row.recovery_s, time.monotonic() - began)
        return gave

    def until_it_goes_on(self, seconds: float = 120) -> None:
        """Wait until requests that are sent from now on have been acknowledged and counted."""
        acknowledged = self.browsers.acknowledged
        until(lambda: self.browsers.acknowledged > acknowledged + MORE, "requests to be acknowledged", seconds)
        now = self.browsers.acknowledged
        until(lambda: self.books.committed() >= now, "what is acknowledged to be counted", seconds)

    def until_acknowledged(self, more: int = MORE, seconds: float = 60) -> None:
        """Wait until so many requests more have been acknowledged, counted or not."""
        before = self.browsers.acknowledged
        until(lambda: self.browsers.acknowledged >= before + more, f"{more} requests to be acknowledged", seconds)


Try = Callable[..., Trial]
