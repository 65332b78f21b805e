"""Which addresses of assets have been named today, so that a page that is seen all day names them once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Final

from storage.assets import NamedAsset

AGAIN_S: Final = 3_600.0  # after a day they are fetched again: this much late at most
MOST: Final = 200_000


class SeenAssets:
    """What this worker has named lately."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at: dict[tuple[int, int], float] = {}

    def worth_naming(self, assets: Iterable[NamedAsset]) -> list[NamedAsset]:
        """Those that have not been named for a while, each once."""
        stale = self._clock() - AGAIN_S
        return [one for one in dict.fromkeys(assets) if self._at.get(one[:2], stale) <= stale]

    def named(self, assets: Iterable[NamedAsset]) -> None:
        """These have been committed."""
        if len(self._at) > MOST:
            self._at.clear()
        now = self._clock()
        self._at.update((one[:2], now) for one in assets)
