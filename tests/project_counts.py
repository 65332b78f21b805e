"""What has been counted of a project, for tests, as the database holds it: asked of Postgres as its owner."""

from __future__ import annotations

from typing import Any

import psycopg
from running_stack import Stack


def rows(stack: Stack, query: str, *values: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(stack.settings.dsn("owner")) as connection:
        return connection.execute(query.encode(), values).fetchall()


def ledger(stack: Stack, project_id: int) -> dict[str, int]:
    """Requests by reason."""
    query = "SELECT reason, sum(requests)::bigint FROM ledger_now WHERE project_id = %s GROUP BY reason"
    return dict(rows(stack, query, project_id))


def sessions(stack: Stack, project_id: int) -> dict[str, tuple[int, int]]:
    """(page views, clicks) by session id, as hex digits."""
    query = "SELECT session_id, page_views, clicks FROM sessions WHERE project_id = %s"
    return {session.hex: (views, clicks) for session, views, clicks in rows(stack, query, project_id)}
