"""What a project may take in, sessions a day and events a month, and what of it has been used; in UTC."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from storage.postgres import Connection
from storage.site_rules import BadRule

MOST = 10**15


@dataclass(frozen=True, slots=True)
class Limits:
    """None: no limit."""

    sessions_per_day: int | None = None
    events_per_month: int | None = None

    def checked(self) -> Limits:
        """Itself. Raises BadRule."""
        if self.sessions_per_day is not None and not 1 <= self.sessions_per_day < 2**31:
            raise BadRule(f"Sessions a day are 1 to {2**31 - 1:,}, or without a limit.")
        if self.events_per_month is not None and not 1 <= self.events_per_month <= MOST:
            raise BadRule(f"Events a month are 1 to {MOST:,}, or without a limit.")
        return self


@dataclass(frozen=True, slots=True)
class Used:
    """`sessions_today` up to the limit, on `day` (days since 1970); `over_until`: the month's end in unix s, else 0."""

    sessions_today: int
    day: int
    over_until: int


def limits(connection: Connection, project_id: int) -> Limits | None:
    """The project's limits; None if there is no such project."""
    row = connection.execute(
        "SELECT sessions_per_day, events_per_month FROM projects WHERE project_id = %s", (project_id,)
    ).fetchone()
    return Limits(*row) if row else None


def change_limits(connection: Connection, project_id: int, changed: Limits) -> None:
    """Other limits for the project. Raises BadRule."""
    changed.checked()
    connection.execute(
        "UPDATE projects SET sessions_per_day = %s, events_per_month = %s WHERE project_id = %s",
        (changed.sessions_per_day, changed.events_per_month, project_id),
    )


def used(connection: Connection, project_id: int, of: Limits, now: dt.datetime) -> Used:
    """What has been used at `now` (UTC), as far as `of` limits it."""
    sessions = events = 0
    if of.sessions_per_day:
        row = connection.execute(
            "SELECT count(*) FROM (SELECT FROM sessions WHERE project_id = %s AND day = %s LIMIT %s) AS s",
            (project_id, now.date(), of.sessions_per_day),
        ).fetchone()
        sessions = row[0] if row else 0
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if of.events_per_month:
        row = connection.execute(
            "SELECT coalesce(sum(events), 0)::bigint FROM ledger"
            " WHERE project_id = %s AND hour >= %s AND reason = 'accepted'",
            (project_id, month),
        ).fetchone()
        events = row[0] if row else 0
    over = bool(of.events_per_month) and events >= (of.events_per_month or 0)
    next_month = (month + dt.timedelta(days=32)).replace(day=1)
    return Used(
        sessions, now.date().toordinal() - dt.date(1970, 1, 1).toordinal(), int(next_month.timestamp()) if over else 0
    )
