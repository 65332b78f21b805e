"""The pages of a project: views, clicks and depth by page."""

from __future__ import annotations

from typing import Literal

import msgspec

from dashboard.auth.access import Access
from dashboard.queries.cached import cached
from dashboard.queries.periods import Period
from dashboard.services import current
from storage import page_traffic
from storage.session_index import Device

PageSort = Literal["views", "clicks", "address"]


class PageRow(msgspec.Struct, frozen=True):
    """A page with what happened on it; `page` is its id, `url` its address (host and path)."""

    page: int
    url: str
    title: str
    views: int
    visitors: int
    clicks: int
    scroll_pct: int  # median of the deepest point seen, % of the document
    snapshot: bool  # whether a heatmap has a backdrop


class Pages(msgspec.Struct, frozen=True):
    """One page of the list; `next` None: it was the last."""

    items: list[PageRow]
    total: int
    next: str | None


@cached(Pages)
def pages(
    access: Access,
    period: Period,
    device: Device | None = None,
    search: str = "",
    sort: PageSort = "views",
    limit: int = 50,
    cursor: str | None = None,
) -> Pages:
    """Pages viewed in the period; `search` is looked for in address and title. Raises ValueError for a bad cursor."""
    offset = 0
    if cursor is not None:
        if not (cursor.isdecimal() and len(cursor) < 8):
            raise ValueError("The cursor was not given out by this list.")
        offset = int(cursor)
    with current().database.transaction(access.projects) as connection:
        rows, total = page_traffic.list_pages(
            connection,
            access.project_id,
            period.start,
            period.end,
            device=device,
            search=search,
            sort=sort,
            limit=limit,
            offset=offset,
        )
    following = offset + len(rows)
    return Pages([PageRow(*row) for row in rows], total, str(following) if following < total else None)
