"""Requests of visitors whose data was erased, that were still on their way: dropped, and counted as `erased`.

What arrived at the door after the erasure was asked for is a new visit and kept. Costs a comparison a request, once
there was an erasure at all, and a hash for each request that is older than one of its project.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Final

from collector.worker.decode import Request
from storage import erasures
from storage.erasures import Erased, hashed
from storage.postgres import Database

AGAIN_S: Final = 1.0  # after which what was asked for meanwhile is looked up


class Late:
    """Knows whose late requests are to be dropped."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._by_project: dict[int, list[Erased]] = {}
        self._until: dict[int, int] = {}  # the newest erasure of each project, unix ms
        self._looked_at = 0.0

    def look(self) -> None:
        """See what was asked for, at most once a second. Raises DatabaseUnavailable."""
        now = time.monotonic()
        if now - self._looked_at < AGAIN_S:
            return
        with self._database.transaction() as connection:
            self.know(erasures.erased(connection))
        self._looked_at = now

    def know(self, listed: Iterable[Erased]) -> None:
        """These are all."""
        self._by_project, self._until = {}, {}
        for one in listed:
            self._by_project.setdefault(one.project_id, []).append(one)
            self._until[one.project_id] = max(one.asked_ms, self._until.get(one.project_id, 0))

    def split(self, requests: Sequence[Request]) -> tuple[list[Request], list[Request]]:
        """(requests to keep, requests to drop), in their order."""
        until = self._until
        old = [one for one in requests if one.received_ms <= until.get(one.project_id, -1)] if until else []
        if not old:
            return list(requests), []
        # A user is named by one request of a session; the others beside it in the batch go with it.
        named = {(one.project_id, one.visitor) for one in old if self._is_erased(one)}
        dropped = {id(one) for one in old if (one.project_id, one.visitor) in named}
        return [one for one in requests if id(one) not in dropped], [one for one in requests if id(one) in dropped]

    def _is_erased(self, request: Request) -> bool:
        for erased in self._by_project[request.project_id]:
            if request.received_ms > erased.asked_ms:
                continue
            if hashed(erased.salt, request.visitor) in erased.visitor_hashes:
                return True
            if erased.kind == "user" and request.summary:
                names = (event.id for event in request.summary.identifies)
                if any(hashed(erased.salt, name) == erased.subject_hash for name in names):
                    return True
        return False
