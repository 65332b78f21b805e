"""What the worker has made of a project's requests, for tests: read from the database as it is stored."""

from __future__ import annotations

from typing import Any

import psycopg
from door import Site, until
from running_stack import Stack

from storage import heat, heat_batches


def end_sessions(stack: Stack, project_id: int) -> None:
    """All sessions of a project were over long ago; what has come of their recordings since is to be packed."""
    with psycopg.connect(stack.settings.dsn("worker")) as connection:
        for query in (
            "UPDATE sessions SET closed_at = now() WHERE project_id = %s AND closed_at IS NULL",
            "UPDATE recordings SET ended_at = now() - interval '2h' WHERE project_id = %s AND packed_at IS NULL",
        ):
            connection.execute(query.encode(), (project_id,))


class Stored:
    """Reads one project's rows, with the worker's role, each time anew."""

    def __init__(self, stack: Stack, site: Site) -> None:
        self._dsn = stack.settings.dsn("worker")
        self.project_id = site.project_id

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of a query whose first parameter is the project."""
        with psycopg.connect(self._dsn) as connection:
            return connection.execute(query.encode(), (self.project_id, *values)).fetchall()

    def reachable(self) -> bool:
        """Whether the database answers; for tests that kill it."""
        try:
            return bool(self.rows("SELECT %s"))
        except psycopg.OperationalError:
            return False

    def ledger(self) -> dict[str, int]:
        """Requests by reason."""
        listed = self.rows("SELECT reason, sum(requests)::bigint FROM ledger_now WHERE project_id = %s GROUP BY reason")
        return {reason: int(requests) for reason, requests in listed}

    def until_ledger(self, **wanted: int) -> None:
        """Wait until exactly these requests have been counted."""
        until(lambda: self.ledger() == wanted, f"{wanted} to be in the ledger", 60)

    def session(self, session_id: str) -> dict[str, Any]:
        """The session's row."""
        with psycopg.connect(self._dsn, row_factory=psycopg.rows.dict_row) as connection:
            rows = connection.execute(
                "SELECT * FROM sessions WHERE project_id = %s AND session_id = %s", (self.project_id, session_id)
            ).fetchall()
        assert len(rows) == 1, f"{len(rows)} rows of session {session_id}"
        return rows[0]

    def points(self) -> int:
        """All heat points of clicks and taps."""
        batches = self.rows("SELECT points FROM heat_batches WHERE project_id = %s")
        rows = self.rows(
            "SELECT points FROM heat_deltas WHERE project_id = %s AND kind < 3"
            " UNION ALL SELECT points FROM heat_days WHERE project_id = %s AND kind < 3",
            self.project_id,
        )
        spread = sum(int(heat.unpack(packed)["count"].sum()) for (packed,) in rows)
        places = [heat_batches.unpack_batch(packed).places for (packed,) in batches]
        return spread + sum(int(listed["points"][listed["kind"] < 3].sum()) for listed in places)

    def facts(self) -> int:
        """Rows of facts."""
        rows = self.rows(
            "SELECT rows FROM fact_deltas WHERE project_id = %s"
            " UNION ALL SELECT rows FROM fact_days WHERE project_id = %s",
            self.project_id,
        )
        return sum(count for (count,) in rows)
