"""How much of their pages sites mask (storage.site_rules.Privacy): asked for now and then."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final

from storage import site_rules
from storage.postgres import Database
from storage.site_rules import Privacy

EVERY_S: Final = 60.0


class SiteMasks:
    """The sites that are not at the usual level, by id, as of a minute ago at most."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._masks: Mapping[int, Privacy] = {}
        self._read_at: float | None = None

    def masks(self, database: Database) -> Mapping[int, Privacy]:
        """Raises DatabaseUnavailable."""
        now = self._clock()
        if self._read_at is None or now - self._read_at > EVERY_S:
            with database.transaction() as connection:
                self._masks = site_rules.unusual_masks(connection)
            self._read_at = now
        return self._masks
