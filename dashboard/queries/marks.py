"""Deploy marks of a project and of the whole installation."""

from __future__ import annotations

import datetime as dt

import msgspec

from dashboard.auth.access import Access
from dashboard.queries.cached import cached
from dashboard.queries.periods import Period
from dashboard.services import current
from storage import deploys


class Marks(msgspec.Struct, frozen=True):
    """(name, time) of each mark, oldest first."""

    named: list[tuple[str, dt.datetime]]


@cached(Marks)
def marks(access: Access, period: Period) -> Marks:
    """What was deployed in the period."""
    with current().database.transaction([deploys.INSTALLATION, *access.projects]) as connection:
        found = deploys.between(connection, [deploys.INSTALLATION, access.project_id], period.start, period.end)
    return Marks([(mark.name, mark.at) for mark in found])
