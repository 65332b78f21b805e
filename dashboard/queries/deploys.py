"""Deploys: marks of a project, and what changed after one."""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal

import msgspec

from dashboard.auth.access import Access
from dashboard.errors import NotVisible
from dashboard.queries.periods import Period
from dashboard.queries.projects import checked_name
from dashboard.services import current
from storage import deploys as store
from storage import overview

LONGEST: Final = dt.timedelta(hours=1)  # before and after a deploy that are compared
SHORTEST: Final = dt.timedelta(minutes=5)
FEWEST: Final = 30  # sessions on either side


class DeployRow(msgspec.Struct, frozen=True):
    """A mark."""

    id: int
    name: str
    at: dt.datetime


class Deploys(msgspec.Struct, frozen=True):
    """Marks, oldest first."""

    items: list[DeployRow]


class Side(msgspec.Struct, frozen=True):
    """What went on during as long a time before or after a deploy; shares from 0 to 1."""

    start: dt.datetime
    end: dt.datetime
    sessions: int
    page_views: int
    clicks: int
    bounced_share: float
    median_duration_ms: int


class Verdict(msgspec.Struct, frozen=True):
    """A deploy with what changed: `steady`, `worse` (see `reasons`), or nothing can be said yet."""

    id: int
    name: str
    at: dt.datetime
    verdict: Literal["too_early", "too_little", "steady", "worse"]
    reasons: list[str]
    before: Side
    after: Side
    as_of: dt.datetime


def mark(access: Access, name: str, at: dt.datetime | None = None) -> DeployRow:
    """Set a mark, by default now."""
    access.demand("write")
    with current().database.transaction(access.projects) as connection:
        made = store.mark(connection, access.project_id, checked_name(name), at)
    return DeployRow(made.deploy_id, made.name, made.at)


def deploys(access: Access, period: Period) -> Deploys:
    """The project's marks and those of the whole installation."""
    access.demand("read")
    with current().database.transaction([store.INSTALLATION, *access.projects]) as connection:
        marks = store.between(connection, [store.INSTALLATION, access.project_id], period.start, period.end)
    return Deploys([DeployRow(each.deploy_id, each.name, each.at) for each in marks])


def verdict(access: Access, deploy_id: int) -> Verdict:
    """What changed after a deploy of the project. Raises NotVisible."""
    access.demand("read")
    now = dt.datetime.now(dt.UTC)
    with current().database.transaction(access.projects) as connection:
        found = store.by_id(connection, access.project_id, deploy_id)
        if found is None:
            raise NotVisible(f"The project has no deploy {deploy_id}.")
        at = found.at.astimezone(dt.UTC)
        # A mark may lie ahead; then there is nothing after it yet, and as good as nothing is looked at.
        length = min(max(now - at, dt.timedelta(seconds=1)), LONGEST)
        sides = []
        for start, end in ((at - length, at), (at, at + length)):
            totals = overview.totals(connection, access.project_id, start, end, None)
            sessions = totals["sessions"]
            sides.append(
                Side(
                    start=start,
                    end=end,
                    sessions=sessions,
                    page_views=totals["page_views"],
                    clicks=totals["clicks"],
                    bounced_share=round(totals["bounced"] / sessions, 4) if sessions else 0.0,
                    median_duration_ms=totals["median_duration_ms"],
                )
            )
    before, after = sides
    reasons = changes(before, after)
    if now - at < SHORTEST:
        said: Literal["too_early", "too_little", "steady", "worse"] = "too_early"
    elif before.sessions < FEWEST:
        said = "too_little"
    else:
        said = "worse" if reasons else "steady"
    return Verdict(found.deploy_id, found.name, at, said, reasons, before, after, now)


def changes(before: Side, after: Side) -> list[str]:
    """What became clearly worse, in words; only where enough sessions were seen to say so."""
    if before.sessions < FEWEST:
        return []
    found = []
    if after.sessions < before.sessions / 2:
        found.append(f"Sessions fell from {before.sessions} to {after.sessions}.")
    if after.sessions >= FEWEST and after.bounced_share > before.bounced_share + 0.15:
        found.append(f"Bounces rose from {before.bounced_share:.0%} to {after.bounced_share:.0%}.")
    if after.sessions >= FEWEST and after.clicks * before.sessions < before.clicks * after.sessions / 2:
        found.append("Clicks a session fell to less than half.")
    return found
