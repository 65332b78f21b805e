"""Buries what can't be used. A batch that is done again after a kill does not bury the same record twice."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Final

from collector.worker.decode import Bad
from heatwake.logs import event
from storage.event_stream import EventStream

log = logging.getLogger(__name__)
REMEMBERED: Final = 200


class DeadLetters:
    """The dead-letter stream as this worker writes it."""

    def __init__(self, stream: EventStream) -> None:
        self._stream = stream
        self._buried: dict[str, None] = {}

    def look_back(self) -> None:
        """Learn what was buried last, maybe by a worker that was killed before its commit. Raises StreamUnavailable."""
        for letter in self._stream.dead(REMEMBERED):
            self._buried[letter.source] = None

    def bury(self, bad: Iterable[Bad]) -> None:
        """Bury each once. Before the commit, so that none is forgotten. Raises StreamUnavailable."""
        for one in bad:
            if one.source in self._buried:
                continue
            self._stream.bury(one.source, one.reason, one.error[:1000], one.payload)
            self._buried[one.source] = None
            event(
                log,
                logging.WARNING,
                "record_buried",
                source=one.source,
                reason=one.reason,
                request_id=one.record.request_id if one.record else None,
                project_id=one.record.project_id if one.record else None,
            )
        while len(self._buried) > 10_000:
            del self._buried[next(iter(self._buried))]
