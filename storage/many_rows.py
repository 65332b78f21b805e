"""Millions of made-up sessions and page views in minutes, so that what a request costs can be measured in a full house.

The rows are as wide as real ones and lie in the same partitions, today's among them; what they say means nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import psycopg

from storage import upkeep
from storage.postgres import Database, statement

VIEWS: Final = 3  # page views a session
AT_ONCE: Final = 50_000  # sessions a transaction


def fill(database: Database, owner: str, projects: Sequence[int], rows: int, days: int) -> int:
    """Add so many rows of sessions and page views, over the last `days` days; gives how many there are of it.

    Rolls on in transactions of its own: what is there when it is stopped stays. `owner`: how the owner of the tables
    connects, who vacuums at the end, as has happened long ago to rows that have been there for long.
    """
    today = dt.datetime.now(dt.UTC).date()
    upkeep.ensure_days(database, today - dt.timedelta(days=days), today)
    wanted = {"projects": list(projects), "days": days}
    sessions = rows // (1 + VIEWS)
    for first in range(0, sessions, AT_ONCE):
        with database.transaction(projects) as connection:
            connection.execute(statement("many_rows.sessions"), wanted | {"sessions": min(AT_ONCE, sessions - first)})
    added = 0
    for project_id in projects:
        with database.transaction([project_id]) as connection:
            added += connection.execute(
                statement("many_rows.page_views"), {"projects": [project_id], "views": VIEWS}
            ).rowcount
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) sessions, page_views")
    return sessions + added
