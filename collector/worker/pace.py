"""How long requests are gathered before a batch begins: the more there are, the longer, within a bound.

A page view, a session or a page that comes twice in a batch is written once, so fuller batches cost less a request.
With little traffic there is nothing to gain by waiting, and a visit is to be seen at once.
"""

from __future__ import annotations

from typing import Final

SHORTEST_S: Final = 0.2
FULL_RATE: Final = 1_500  # requests a second from which on batches are gathered for as long as allowed


class Pace:
    """Told of each batch; says when the next may begin. Times as of a monotonic clock, in seconds."""

    def __init__(self, gather_ms: int) -> None:
        self._longest_s = gather_ms / 1000
        self._began = self._next = 0.0

    def wait_s(self, now: float) -> float:
        """How long to gather yet."""
        return max(0.0, self._next - now)

    def batch(self, began: float, requests: int, more: bool) -> None:
        """A batch of so many requests was begun then; `more`: others waited that did not fit into it."""
        rate = requests / max(began - self._began, SHORTEST_S)
        gather_s = 0.0 if more else max(min(SHORTEST_S, self._longest_s), self._longest_s * min(1.0, rate / FULL_RATE))
        self._began, self._next = began, began + gather_s
