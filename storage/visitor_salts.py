"""Salts of the days, for the names of visitors of whom nothing is kept: lua/unnamed_visitors.lua makes a name of one,
the visitor's address and browser. A day's salt is deleted when it is over, and with it the way back from the name."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Final

from storage.postgres import Connection

SALT_BYTES: Final = 16
EPOCH: Final = dt.date(1970, 1, 1)


def around(connection: Connection, today: dt.date) -> list[tuple[int, str]]:
    """(day since 1970, salt as hex digits) of a day and the next, which begins before everyone has asked again.

    The first who asks makes them; all get the same.
    """
    days = [today, today + dt.timedelta(days=1)]
    read = "SELECT day, salt FROM visitor_salts WHERE day = ANY (%s) ORDER BY day"
    rows = connection.execute(read, (days,)).fetchall()
    if len(rows) < len(days):
        for day in days:
            connection.execute(
                "INSERT INTO visitor_salts (day, salt) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                (day, secrets.token_bytes(SALT_BYTES)),
            )
        rows = connection.execute(read, (days,)).fetchall()
    return [((day - EPOCH).days, salt.hex()) for day, salt in rows]


def forget(connection: Connection, today: dt.date) -> int:
    """Delete those of days that are over; gives how many."""
    return connection.execute("DELETE FROM visitor_salts WHERE day < %s", (today,)).rowcount
