"""Which sites show what their pages say as it is (storage.site_rules.Privacy): asked for now and then."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from storage import site_rules
from storage.postgres import Database

EVERY_S: Final = 60.0


class OpenSites:
    """Their ids, as of a minute ago at most."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ids: frozenset[int] = frozenset()
        self._read_at: float | None = None

    def ids(self, database: Database) -> frozenset[int]:
        """Raises DatabaseUnavailable."""
        now = self._clock()
        if self._read_at is None or now - self._read_at > EVERY_S:
            with database.transaction() as connection:
                self._ids = site_rules.open_sites(connection)
            self._read_at = now
        return self._ids
