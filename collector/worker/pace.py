"""How long requests are gathered before a batch begins: the more there are, the longer, within a bound.

A page view, a session or a page that comes twice in a batch is written once, so fuller batches cost less a request.
With little traffic there is nothing to gain by waiting, and a visit is to be seen at once. With so many projects that
each has a request or two in a batch, most of what it writes is once a project: then up to twice as long.
"""

from __future__ import annotations

from typing import Final

SHORTEST_S: Final = 0.2
FULL_RATE: Final = 1_500  # requests a second from which on batches are gathered for as long as allowed
DENSE: Final = 4  # requests a project; with fewer in a batch it is gathered for longer
SPARSE_TIMES: Final = 2.0  # at most


class Pace:
    """Told of each batch; says when the next may begin. Times as of a monotonic clock, in seconds."""

    def __init__(self, gather_ms: int) -> None:
        self._longest_s = gather_ms / 1000
        self._began = self._next = 0.0
        self._times = 1.0

    def wait_s(self, now: float) -> float:
        """How long to gather yet."""
        return max(0.0, self._next - now)

    def batch(self, began: float, requests: int, more: bool) -> None:
        """A batch of so many requests was begun then; `more`: others waited that did not fit into it."""
        rate = requests / max(began - self._began, SHORTEST_S)
        longest_s = self._longest_s * self._times
        gather_s = 0.0 if more else max(min(SHORTEST_S, longest_s), longest_s * min(1.0, rate / FULL_RATE))
        self._began, self._next = began, began + gather_s

    def spread(self, requests: int, projects: int) -> None:
        """The requests of the batch were of so many projects; of none, if what came could not be used."""
        if requests:
            self._times = min(SPARSE_TIMES, max(1.0, DENSE * projects / requests))
