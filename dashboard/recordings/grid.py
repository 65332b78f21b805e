"""The list as a grid that asks for its rows as one scrolls, page by page behind the last one's cursor."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import dash_ag_grid as dag

from dashboard.queries.recording_marks import marks_of
from dashboard.queries.recordings import RecordingRow
from dashboard.recordings.asked import ROWS, Asked
from dashboard.recordings.lacks import missing
from dashboard.recordings.listing import PATH, path_of, who
from dashboard.shell import words
from dashboard.shell.grid_theme import GRID_THEME
from storage.session_index import Sort

GRID: Final = "recordings-grid"
ROW_PX: Final = 52


@dataclass(frozen=True)
class Column:
    """A column of the grid. `orders`: the list's order by its direction, for those that it can be sorted by."""

    name: str
    words: str
    width: int
    shown: bool = False
    number: bool = False
    orders: Mapping[str, Sort] | None = None
    drawn: str | None = None  # by this function of assets/recordings_grid.js


COLUMNS: Final = (
    Column("session", "Session", 200, shown=True, drawn="HwSession"),
    Column("began", "Began (UTC)", 145, shown=True, orders={"desc": "newest", "asc": "oldest"}),
    Column("entry", "Entry", 130, shown=True),
    Column("exit", "Exit", 130, shown=True),
    Column("duration", "Length", 110, shown=True, number=True, orders={"desc": "longest"}),
    Column("pages", "Pages", 85, shown=True, number=True, orders={"desc": "most_pages"}),
    Column("clicks", "Clicks", 85, shown=True, number=True, orders={"desc": "most_clicks"}),
    Column("rage", "Rage clicks", 110, number=True),
    Column("dead", "Dead clicks", 110, number=True),
    Column("errors", "Error clicks", 110, number=True),
    Column("events", "Events", 90, number=True),
    Column("device", "Device", 95, shown=True),
    Column("browser", "Browser", 105, shown=True),
    Column("os", "System", 105),
    Column("country", "Country", 95, shown=True),
    Column("referrer", "Came from", 140),
    Column("source", "Campaign source", 145),
    Column("medium", "Campaign medium", 150),
    Column("campaign", "Campaign", 130),
    Column("tags", "Tags", 140, shown=True, drawn="HwTags"),
)
NAMES: Final = tuple(column.name for column in COLUMNS)
DEFAULT: Final = tuple(column.name for column in COLUMNS if column.shown)


def columns_of(text: str) -> tuple[str, ...]:
    """The columns that an address names, in its order; the usual ones where it names none; always the session."""
    named = tuple(dict.fromkeys(name for name in text.split(",") if name in NAMES))
    if not named:
        return DEFAULT
    return named if "session" in named else ("session", *named)


def definitions(text: str, sort: Sort) -> list[dict[str, Any]]:
    """The columns as the grid takes them: those that are shown, in their order, then the others, hidden."""
    shown = columns_of(text)
    by_name = {column.name: column for column in COLUMNS}
    order = [*shown, *(name for name in NAMES if name not in shown)]
    return [_definition(by_name[name], name in shown, sort) for name in order]


def _definition(column: Column, shown: bool, sort: Sort) -> dict[str, Any]:
    found: dict[str, Any] = {
        "field": column.name,
        "colId": column.name,
        "headerName": column.words,
        "width": column.width,
        "minWidth": 70,
        "hide": not shown,
        "sortable": column.orders is not None,
        "tooltipField": column.name if column.name in ("entry", "exit", "referrer", "campaign") else None,
        "lockVisible": column.name == "session",
        "cellRenderer": column.drawn,
        "type": "rightAligned" if column.number else None,
        # What `rightAligned` says of cells gives way to this, so it is said again.
        "cellClass": "hw-numbers ag-right-aligned-cell" if column.number else "hw-numbers",
    }
    if column.orders:
        found["sortingOrder"] = list(column.orders) if len(column.orders) > 1 else [*column.orders, None]
        found["sort"] = next((way for way, name in column.orders.items() if name == sort), None)
    return {name: value for name, value in found.items() if value is not None}


def sort_asked(model: list[dict[str, str]], otherwise: Sort) -> Sort:
    """The order that the grid's header asks for."""
    for each in model:
        for column in COLUMNS:
            if column.name == each.get("colId") and column.orders and each.get("sort") in column.orders:
                return column.orders[each["sort"]]
    return otherwise


def grid(asked: Asked) -> dag.AgGrid:
    """The grid without rows: it asks for the first as soon as it stands."""
    return dag.AgGrid(
        id=GRID,
        columnDefs=definitions(asked.view.own.get("cols", ""), asked.sort),
        rowModelType="infinite",
        getRowId="params.data.id",
        defaultColDef={"resizable": True, "suppressHeaderMenuButton": True, "sortable": False},
        dashGridOptions={
            "theme": GRID_THEME,
            "rowHeight": ROW_PX,
            "headerHeight": 40,
            "animateRows": False,
            "cacheBlockSize": ROWS,
            "maxBlocksInCache": 40,
            "infiniteInitialRowCount": 1,
            # An answer belongs to the question that was asked last, so there is one at a time.
            "maxConcurrentDatasourceRequests": 1,
            "rowSelection": {
                "mode": "multiRow",
                "headerCheckbox": False,
                "enableClickSelection": False,
                "checkboxes": True,
            },
            "selectionColumnDef": {"width": 44, "pinned": None, "suppressHeaderMenuButton": True},
            "tooltipShowDelay": 400,
            "suppressMultiSort": True,
            "suppressColumnVirtualisation": True,
        },
        eventListeners={
            name: ["hwRecordings(params)"]
            for name in (
                "gridSizeChanged",
                "firstDataRendered",
                "sortChanged",
                "columnMoved",
                "columnVisible",
                "cellKeyDown",
                "rowClicked",
            )
        },
        style={"height": None, "width": "100%"},
        className="hw-recordings-grid",
    )


def rows(asked: Asked, found: list[RecordingRow], cursor: str | None) -> list[dict[str, Any]]:
    """Rows as the grid takes them; `cursor`, of the page before, tells the player where in the list it is."""
    seen, tags = marks_of(asked.access, [row.id for row in found])
    kept = asked.parameters(cursor=cursor)
    return [_row(row, asked.view.link(f"{PATH}/{row.id}", **kept), row.id in seen, tags) for row in found]


def _row(row: RecordingRow, href: str, seen: bool, tags: dict[uuid.UUID, list[str]]) -> dict[str, Any]:
    about = [text for text in (row.device.capitalize(), row.browser, row.country) if text]
    pages = f"{row.pages:,} {'page' if row.pages == 1 else 'pages'}"
    clicks = f"{row.clicks:,} {'click' if row.clicks == 1 else 'clicks'}"
    return {
        "id": str(row.id),
        "href": href,
        "recorded": row.recorded,
        "watched": seen,
        "lacks": missing(row.lacks),
        "session": who(row),
        "more": " · ".join([words.moment(row.started_at), words.duration(row.duration_ms), pages, clicks]),
        "about": " · ".join([path_of(row.entry) or "(no page)", *about]),
        "began": words.moment(row.started_at),
        "entry": path_of(row.entry) or "(no page)",
        "exit": path_of(row.exit),
        "duration": words.duration(row.duration_ms),
        "pages": words.count(row.pages),
        "clicks": words.count(row.clicks),
        "rage": words.count(row.rage_clicks),
        "dead": words.count(row.dead_clicks),
        "errors": words.count(row.error_clicks),
        "events": words.count(row.events),
        "device": row.device.capitalize(),
        "browser": row.browser,
        "os": row.os,
        "country": row.country,
        "referrer": row.referrer,
        "source": row.utm_source,
        "medium": row.utm_medium,
        "campaign": row.utm_campaign,
        "tags": tags.get(row.id, []),
    }
