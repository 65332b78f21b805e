"""How much a blob store holds, counted by listing it all: dear in a large store, so seldom there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Final

_REST: Final = 100  # times as long as a count took it is believed


class CountedSize:
    """(blobs, bytes) of what `listed` gives, as (key, bytes) each."""

    def __init__(self, listed: Callable[[], Iterable[tuple[str, int]]]) -> None:
        self._listed = listed
        self._size = (0, 0)
        self._until = 0.0

    def __call__(self) -> tuple[int, int]:
        """The last count, or a new one when that is older than a hundred times what it took."""
        if time.monotonic() >= self._until:
            began = time.monotonic()
            sizes = [size for _, size in self._listed()]
            self._size = (len(sizes), sum(sizes))
            self._until = time.monotonic() + _REST * (time.monotonic() - began)
        return self._size
