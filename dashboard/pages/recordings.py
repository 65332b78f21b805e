"""`/recordings`: the sessions of the project with their filters; each leads to its player."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import msgspec
from dash import ALL, ClientsideFunction, Input, Output, State, clientside_callback, ctx, dcc, html, no_update
from dash.development.base_component import Component

from dashboard import in_place
from dashboard.auth import guard
from dashboard.queries import recording_marks
from dashboard.queries.recordings import COUNTED
from dashboard.queries.saved_funnels import saved_funnels
from dashboard.recordings import acts, facets, grid, listing, saved, selection
from dashboard.recordings.asked import ROWS, Asked, read_asked
from dashboard.shell import blocks
from dashboard.shell.aria import aria
from dashboard.shell.icons import icon
from dashboard.shell.menus import menu

guard.page(__name__, needs="read", path="/recordings", title="Recordings · Heatwake", name="Recordings")


def layout(**query: str) -> Component:
    """List and filters; rows and counts are asked for by callbacks, so that neither waits for the other."""
    search = urlencode([(name, value) for name, value in query.items() if value is not None], doseq=True)
    asked = read_asked(search)
    return blocks.page(
        blocks.header(
            "Recordings",
            "Sessions as their visitors saw them.",
            html.Div(id="recordings-as-of", className="hw-as-of-room"),
        ),
        html.Div(saved.saved(asked, search), id="recordings-saved"),
        html.Div(
            [
                blocks.card(
                    html.Div(id="recordings-said", **aria(live="polite")),
                    html.Div(id="recordings-news", className="hw-news", **aria(live="polite")),
                    html.Div(listing.begins_later(asked), id="recordings-begin"),
                    html.Div(selection.bar(asked), id="recordings-bar-room"),
                    html.Div(grid.grid(asked), id="recordings-list", className="hw-sessions"),
                    html.Div(id="recordings-none"),
                    title="Sessions",
                    note=html.Span("Counting", id="recordings-heading"),
                    actions=[_order(asked), _columns()],
                    flush=True,
                ),
                html.Aside(
                    [
                        html.Button(
                            [icon("filter", 16), "Filters"],
                            type="button",
                            className="hw-button hw-filter-toggle",
                            **in_place.data(toggles="recordings-filters"),
                            **aria(expanded="false", controls="recordings-filters"),
                        ),
                        html.Div(
                            [
                                facets.conditions(asked.view, saved_funnels(asked.access)),
                                html.Div(blocks.skeleton("rows", 12), id="recordings-facets"),
                            ],
                            id="recordings-filters",
                            className="hw-card hw-filters",
                        ),
                    ],
                    className="hw-side",
                ),
            ],
            className="hw-with-side hw-side-first",
        ),
        selection.dialog(),
        dcc.Store(id="recordings-cursors", data={}),
        dcc.Store(id="recordings-total", data=None),
        dcc.Store(id=acts.CHANGED, data=0),
        dcc.Store(id=acts.ADDRESS),
        wide=True,
    )


def _order(asked: Asked) -> Component:
    sorts = {str(name): word for name, word in listing.SORTS.items()}
    return in_place.form(in_place.choice("sort", sorts, asked.sort, "Order"), label="Order")


def _columns() -> Component:
    """Which columns there are; they are moved by dragging their heads (assets/recordings_grid.js)."""
    boxes = [
        html.Button(
            [html.Span(icon("check", 12), className="hw-tick"), html.Span(column.words)],
            type="button",
            className="hw-column-choice",
            role="menuitemcheckbox",
            **in_place.data(column=column.name),
            **aria(checked="true" if column.shown else "false"),
        )
        for column in grid.COLUMNS
        if column.name != "session"
    ]
    usual = html.Button(
        "Usual columns", type="button", className="hw-button hw-small", **in_place.data(columns_usual="1")
    )
    known = {
        "all": list(grid.NAMES),
        "usual": list(grid.DEFAULT),
        "orders": {column.name: dict(column.orders) for column in grid.COLUMNS if column.orders},
    }
    return html.Div(
        menu(
            [icon("rows", 16), html.Span("Columns", className="hw-control-word"), icon("chevron-down", 14)],
            [html.Div(boxes, role="menu", className="hw-column-choices", **aria(label="Columns")), usual],
            "Columns",
            "hw-control hw-columns-menu",
            "right",
        ),
        id="recordings-columns",
        **in_place.data(columns=msgspec.json.encode(known).decode()),
    )


@guard.callback(
    Output(grid.GRID, "getRowsResponse"),
    Output("recordings-cursors", "data"),
    Output("recordings-heading", "children"),
    Output("recordings-none", "children"),
    Output("recordings-list", "className"),
    Output("recordings-total", "data"),
    Output("recordings-as-of", "children"),
    Input(grid.GRID, "getRowsRequest"),
    State("recordings-cursors", "data"),
    State("url", "search"),
    needs="read",
    prevent_initial_call=True,
)
def rows(request: dict[str, Any] | None, cursors: dict[str, str], search: str) -> tuple[Any, ...]:
    """The rows that the grid has been scrolled to: the page behind the one before it."""
    if not request:
        return (no_update,) * 7
    asked = read_asked(search)
    asked = replace(asked, sort=grid.sort_asked(request.get("sortModel") or [], asked.sort))
    start = max(0, int(request.get("startRow") or 0))
    if not start:
        cursors = {"0": asked.view.own.get("cursor", "")}
    # A grid that jumps past what has been read is led there page by page.
    at = max((int(known) for known in cursors if known.isdecimal() and int(known) <= start), default=0)
    cursor = cursors.get(str(at)) or None
    while True:
        try:
            found = asked.found(cursor)
        except ValueError:
            cursor, found = None, asked.found()  # a cursor of another order, or of another address
        if at >= start or found.next is None:
            break
        at, cursor = at + ROWS, found.next
        cursors[str(at)] = cursor
    items = found.items if at == start else []
    if found.next:
        cursors[str(at + ROWS)] = found.next
    answer = {
        "rowData": grid.rows(asked, items, cursors.get(str(at - ROWS), cursor) or None),
        "rowCount": None if found.next else at + len(found.items),
    }
    if start:
        return answer, cursors, no_update, no_update, no_update, no_update, no_update
    none = listing.nothing(asked, found)
    return (
        answer,
        cursors,
        listing.heading(listing.counted(found.total, found.more), asked),
        none,
        "hw-sessions hw-none-there" if none else "hw-sessions",
        {"total": found.total, "more": found.more, "first": str(items[0].id) if items else ""},
        blocks.as_of(found.as_of, live=asked.view.live),
    )


@guard.callback(
    Output("recordings-facets", "children"),
    Output("recordings-heading", "children", allow_duplicate=True),
    Output("recordings-saved", "children"),
    Output("recordings-bar-room", "children"),
    Output("recordings-begin", "children"),
    Input("url", "search"),
    Input(acts.CHANGED, "data"),
    State("url", "pathname"),
    needs="read",
    prevent_initial_call="initial_duplicate",
)
def beside(search: str, changed: int, path: str) -> tuple[Any, ...]:
    """What the list can be cut down to, with the number of sessions each choice lets through."""
    if path != "/recordings":
        return (no_update,) * 5
    asked = read_asked(search)
    counted = facets.counted(asked.access, asked.period, asked.filters)
    total = facets.total(asked.access, asked.period, asked.filters)
    told = listing.heading(listing.counted(total), asked) if total > COUNTED and asked.playlist is None else no_update
    choices = [facets.tag_choices(asked.view, recording_marks.tags(asked.access)), facets.choices(asked.view, counted)]
    again = ctx.triggered_id is not None
    return (
        choices,
        told,
        saved.saved(asked, search) if again else no_update,
        selection.bar(asked) if again else no_update,
        listing.begins_later(asked) if again else no_update,
    )


@guard.callback(
    Output("recordings-news", "children"),
    Output("recordings-as-of", "children", allow_duplicate=True),
    Input("tick", "n_intervals"),
    State("url", "search"),
    State("url", "pathname"),
    State("recordings-total", "data"),
    needs="read",
    prevent_initial_call=True,
)
def news(tick: int | None, search: str, path: str, before: dict[str, Any] | None) -> tuple[Any, Any]:
    """New sessions are told of, not pushed in between what is being read."""
    if path != "/recordings" or not before:
        return no_update, no_update
    asked = read_asked(search)
    if asked.playlist is not None or asked.view.own.get("cursor"):
        return None, no_update
    found = asked.found()
    ids = [str(row.id) for row in found.items]
    if not before["more"]:
        number = found.total - int(before["total"])
    else:
        number = ids.index(before["first"]) if asked.sort == "newest" and before["first"] in ids else 0
    button = html.Button(
        f"Show {number:,} new {'session' if number == 1 else 'sessions'}",
        id={"recordings": "show-new"},
        className="hw-button",
        type="button",
    )
    return (button if number > 0 else None), blocks.as_of(found.as_of, live=asked.view.live)


clientside_callback(
    ClientsideFunction("recordings", "follow"),
    Output("recordings-news", "children", allow_duplicate=True),
    Input("url", "search"),
    Input(acts.CHANGED, "data"),
    Input({"recordings": ALL}, "n_clicks"),
    prevent_initial_call="initial_duplicate",
)
clientside_callback(
    ClientsideFunction("recordings", "chosen"),
    Output("recordings-bar", "hidden"),
    Output("recordings-chosen", "children"),
    Input(grid.GRID, "selectedRows"),
    Input("recordings-bar-room", "children"),
)
clientside_callback(ClientsideFunction("recordings", "address"), Input(acts.ADDRESS, "data"), prevent_initial_call=True)
