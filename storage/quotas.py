"""What a project may take in, sessions a day and a month and events a month, and what of it has been used; in UTC."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from storage.postgres import Connection, by_key, statement
from storage.site_rules import BadRule

MOST: Final = 10**15


@dataclass(frozen=True, slots=True)
class Limits:
    """None: no limit."""

    sessions_per_day: int | None = None
    events_per_month: int | None = None
    sessions_per_month: int | None = None

    def checked(self) -> Limits:
        """Itself. Raises BadRule."""
        if self.sessions_per_day is not None and not 1 <= self.sessions_per_day < 2**31:
            raise BadRule(f"Sessions a day are 1 to {2**31 - 1:,}, or without a limit.")
        if self.sessions_per_month is not None and not 1 <= self.sessions_per_month <= MOST:
            raise BadRule(f"Sessions a month are 1 to {MOST:,}, or without a limit.")
        if self.events_per_month is not None and not 1 <= self.events_per_month <= MOST:
            raise BadRule(f"Events a month are 1 to {MOST:,}, or without a limit.")
        return self


@dataclass(frozen=True, slots=True)
class Used:
    """`sessions_today` up to the limit, on `day` (days since 1970); `over_until`: the month's end in unix s, else 0.

    `sessions_before`: of this month, before today, up to its limit; those that were removed since count too.
    """

    sessions_today: int
    day: int
    over_until: int
    sessions_before: int = 0

    def today(self, per_day: int, per_month: int) -> tuple[int, int]:
        """(limit, used) of today's sessions by both limits, 0 for none: the door knows days only. A day that is used up
        by its month has one session, which is taken."""
        allowed = [per_day] if per_day else []
        if per_month:
            allowed.append(per_month - self.sessions_before)
        if not allowed:
            return 0, 0
        limit = min(allowed)
        return (limit, min(self.sessions_today, limit)) if limit > 0 else (1, 1)


NOTHING: Final = Used(0, 0, 0)  # of a project without limits, of which nobody asks


def limits(connection: Connection, project_id: int) -> Limits | None:
    """The project's limits; None if there is no such project."""
    row = connection.execute(
        "SELECT sessions_per_day, events_per_month, sessions_per_month FROM projects WHERE project_id = %s",
        (project_id,),
    ).fetchone()
    return Limits(*row) if row else None


def change_limits(connection: Connection, project_id: int, changed: Limits) -> None:
    """Other limits for the project. Raises BadRule."""
    changed.checked()
    connection.execute(
        "UPDATE projects SET sessions_per_day = %s, events_per_month = %s, sessions_per_month = %s"
        " WHERE project_id = %s",
        (changed.sessions_per_day, changed.events_per_month, changed.sessions_per_month, project_id),
    )


def used(connection: Connection, projects: Collection[int], now: dt.datetime) -> dict[int, Used]:
    """What each of the projects has used at `now` (UTC), as far as it is limited; in one statement."""
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    next_month = int((month + dt.timedelta(days=32)).replace(day=1).timestamp())
    day = now.date().toordinal() - dt.date(1970, 1, 1).toordinal()
    by_key(connection)  # of one project there may be most of what the day's table has, of the others next to nothing
    rows = connection.execute(
        statement("quotas.used"), {"projects": list(projects), "day": now.date(), "month": month}
    ).fetchall()
    return {
        project_id: Used(sessions, day, next_month if over else 0, before)
        for project_id, sessions, over, before in rows
    }
