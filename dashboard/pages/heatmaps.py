"""`/heatmaps`: the pages of the project; each leads to its heatmap."""

from __future__ import annotations

import datetime as dt

from dash import Input, Output, html
from dash.development.base_component import Component

from dashboard import in_place
from dashboard.auth import guard
from dashboard.auth.access import Access
from dashboard.heatmaps import page_list
from dashboard.queries.pages import Pages, pages
from dashboard.shell import blocks
from dashboard.shell.view import View, read_view, view_of

guard.page(__name__, needs="read", path="/heatmaps", title="Heatmaps · Heatwake", name="Heatmaps")


def _asked(view: View) -> Pages:
    access = guard.access(view.project_id)
    try:
        return _pages(access, view, view.own.get("cursor"))
    except ValueError:
        return _pages(access, view, None)


def _pages(access: Access, view: View, cursor: str | None) -> Pages:
    search, sort = view.own.get("q", ""), page_list.sort_of(view)
    return pages(access, view.period, view.device, search, sort, page_list.ROWS, cursor)


def layout(**query: str) -> Component:
    """The list with its search field."""
    view = view_of(query)
    found = _asked(view)
    field = in_place.form(in_place.search("q", view.own.get("q", ""), "Find a page"), label="Pages")
    return blocks.page(
        blocks.header(
            "Heatmaps",
            "Where people click, move and scroll on each page.",
            blocks.as_of(dt.datetime.now(dt.UTC)),
        ),
        blocks.card(
            html.Div(page_list.page_list(view, found), id="heatmaps-list"),
            title="Pages",
            actions=[field],
            flush=True,
        ),
    )


@guard.callback(Output("heatmaps-list", "children"), Input("url", "search"), needs="read", prevent_initial_call=True)
def listed(search: str) -> Component:
    """The list follows the address."""
    view = read_view(search)
    return page_list.page_list(view, _asked(view))
