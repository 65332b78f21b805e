"""Reads of what happened on pages: the page list, and views and scroll depth of one page."""

from __future__ import annotations

import datetime as dt
import uuid

from storage.devices import DEVICE_CODES
from storage.page_address import page_address
from storage.postgres import Connection, statement

PageRow = tuple[int, str, str, int, int, int, int, bool]

_ORDER = {"views": "views DESC, address", "clicks": "clicks DESC, address", "address": "address"}


def _like(text: str) -> str:
    """`text` as a LIKE pattern that finds it anywhere."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def list_pages(
    connection: Connection,
    project_id: int,
    start: dt.datetime,
    end: dt.datetime,
    *,
    device: str | None,
    search: str,
    sort: str,
    limit: int,
    offset: int,
) -> tuple[list[PageRow], int]:
    """(id, address, title, views, visitors, clicks, median scroll %, has snapshot) a page, and how many there are."""
    rows = connection.execute(
        statement("page_traffic.list").replace("/*order*/", _ORDER[sort]),
        {
            "project_id": project_id,
            "start": start,
            "end": end,
            "first_day": start.date() - dt.timedelta(days=1),
            "last_day": end.date() + dt.timedelta(days=1),
            "device": DEVICE_CODES[device] if device else None,
            "search": _like(search),
            "limit": limit,
            "offset": offset,
        },
    ).fetchall()
    return [row[:-1] for row in rows], int(rows[0][-1]) if rows else 0


def page_by(connection: Connection, project_id: int, page: str) -> tuple[int, str, str] | None:
    """(page id, address, title) of a page named by its id or its address; None if there is none."""
    by_id = int(page) if page.isdecimal() and len(page) < 19 else None
    row = connection.execute(
        "SELECT page_id, address, title FROM pages"
        " WHERE project_id = %s AND (page_id = %s OR address = ANY(%s)) LIMIT 1",
        (project_id, by_id, [page_address(page), page]),
    ).fetchone()
    return (int(row[0]), row[1], row[2]) if row else None


def pages_like(connection: Connection, project_id: int, pattern: str) -> list[int]:
    """Ids of the pages whose address is `pattern`, in which `*` stands for anything; a whole URL does too."""
    pattern = page_address(pattern) if "/" in pattern else pattern
    like = "%".join(_like(part)[1:-1] for part in pattern.split("*"))
    return [
        row[0]
        for row in connection.execute(
            "SELECT page_id FROM pages WHERE project_id = %s AND address LIKE %s", (project_id, like)
        ).fetchall()
    ]


def depth(
    connection: Connection,
    project_id: int,
    page_id: int,
    first: dt.date,
    last: dt.date,
    device: str | None,
    sessions: list[uuid.UUID] | None,
) -> tuple[int, list[tuple[int, int]]]:
    """(views, [(depth in %, views that went exactly so deep)]) of a page, only of `sessions` if given."""
    rows = connection.execute(
        statement("page_traffic.depth"),
        {
            "project_id": project_id,
            "page_id": page_id,
            "first": first,
            "last": last,
            "device": DEVICE_CODES[device] if device else None,
            "sessions": sessions,
        },
    ).fetchall()
    return sum(int(n) for _, n in rows), [(int(pct), int(n)) for pct, n in rows]


def addresses(connection: Connection, project_id: int, search: str, limit: int) -> list[str]:
    """Addresses of the project's pages that contain `search`, in order of the alphabet."""
    return [
        row[0]
        for row in connection.execute(
            "SELECT address FROM pages WHERE project_id = %s AND address ILIKE %s ORDER BY address LIMIT %s",
            (project_id, _like(search), limit),
        ).fetchall()
    ]
