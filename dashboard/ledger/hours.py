"""The ledger hour by hour: a grid to sort, filter and take away as CSV; keeps what was chosen while it is live."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import dash_ag_grid as dag
import msgspec
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.ledger.outcomes import NAMES, outcome
from dashboard.queries.ledger import Ledger
from dashboard.shell.blocks import card
from dashboard.shell.grid_theme import GRID_THEME

GRID: Final = "ledger-grid"
EXPORT: Final = "ledger-export"
SHOWN: Final = "ledger-shown"  # the digest of the rows that are shown: so a browser need not send them to be compared

_COLUMNS: Final[list[dict[str, Any]]] = [
    {"field": "hour", "headerName": "Hour (UTC)", "filter": "agTextColumnFilter", "sort": "desc", "minWidth": 175},
    {"field": "outcome", "headerName": "Outcome", "filter": "agTextColumnFilter", "minWidth": 120},
    {"field": "reason", "headerName": "Reason", "filter": "agTextColumnFilter", "minWidth": 140},
    {
        "field": "requests",
        "headerName": "Requests",
        "filter": "agNumberColumnFilter",
        "type": "rightAligned",
        "minWidth": 120,
        "valueFormatter": {"function": "d3.format(',')(params.value)"},
    },
    {
        "field": "events",
        "headerName": "Events",
        "filter": "agNumberColumnFilter",
        "type": "rightAligned",
        "minWidth": 110,
        "valueFormatter": {"function": "params.value ? d3.format(',')(params.value) : ''"},
    },
]


def rows(answer: Ledger) -> list[dict[str, str | int]]:
    """One row an hour and reason, as the grid takes them."""
    return [
        {
            "hour": point.at.strftime("%Y-%m-%d %H:%M"),
            "outcome": NAMES[outcome(reason)],
            "reason": reason,
            "requests": requests,
            "events": point.events.get(reason, 0),
        }
        for point in answer.hours
        for reason, requests in sorted(point.requests.items())
    ]


def digest(shown: list[dict[str, str | int]]) -> str:
    """Short text that is another one for other rows."""
    return hashlib.blake2b(msgspec.json.encode(shown), digest_size=8).hexdigest()


def hours(answer: Ledger) -> Component:
    """The card with the grid."""
    shown = rows(answer)
    grid = dag.AgGrid(
        id=GRID,
        columnDefs=_COLUMNS,
        rowData=shown,
        getRowId="params.data.hour + params.data.reason",
        columnSize="responsiveSizeToFit",
        defaultColDef={"sortable": True, "resizable": True, "flex": 1},
        dashGridOptions={
            "theme": GRID_THEME,
            "pagination": True,
            "paginationPageSize": 20,
            "paginationPageSizeSelector": [20, 50, 100],
            "suppressCellFocus": False,
            "animateRows": False,
            "domLayout": "autoHeight",
        },
        csvExportParams={"fileName": "heatwake-ledger.csv"},
        style={"height": None},
    )
    export = html.Button("Save CSV", id=EXPORT, type="button", className="hw-button")
    return card(
        grid,
        dcc.Store(id=SHOWN, data=digest(shown)),
        title="Hour by hour",
        note="sort, filter, take away",
        actions=[export],
        flush=True,
    )
