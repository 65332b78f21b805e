"""A visitor who only wants to be counted while others misbehave."""

from __future__ import annotations

import http.client

from door import Door, Visitor, events, new_site, until
from project_counts import ledger, sessions
from running_stack import Stack


class Bystander:
    """A visitor of another site who sends now and then; each of their requests must count exactly once."""

    def __init__(self, stack: Stack) -> None:
        self._stack, self._door, self._site = stack, Door(stack), new_site(stack)
        self.visitors: list[Visitor] = []

    def visits(self) -> None:
        visitor = Visitor()
        query, body = visitor.query(self._site.key), events()
        try:
            answer = self._door.send(f"/c/e?{query}", body)
        except (OSError, http.client.HTTPException):
            # A connection that was kept for too long; a browser sends again, under the same number.
            answer = self._door.send(f"/c/e?{query}", body)
        assert answer.status == 204, answer.body
        self.visitors.append(visitor)

    def check(self) -> None:
        """All visits are counted, each once, and nothing else is."""
        wanted = {visitor.session: (1, 1) for visitor in self.visitors}
        project_id = self._site.project_id
        until(lambda: ledger(self._stack, project_id).get("accepted", 0) >= len(wanted), "the visits to be counted")
        assert sessions(self._stack, project_id) == wanted
        counted = ledger(self._stack, project_id)
        assert set(counted) <= {"accepted", "duplicate"}, counted
        assert counted["accepted"] == len(wanted)
        self._door.close()
