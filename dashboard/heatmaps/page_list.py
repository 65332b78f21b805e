"""The pages of a project, each of which leads to its heatmap."""

from __future__ import annotations

from typing import Final, cast, get_args

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import in_place
from dashboard.queries.pages import PageRow, Pages, PageSort
from dashboard.shell import blocks, words
from dashboard.shell.aria import aria
from dashboard.shell.icons import icon
from dashboard.shell.view import View

PATH: Final = "/heatmaps"
ROWS: Final = 50
_SORTS: Final[dict[PageSort, str]] = {"views": "Views", "clicks": "Clicks", "address": "Page"}


def sort_of(view: View) -> PageSort:
    """The order that the address asks for."""
    asked = view.own.get("sort", "views")
    return cast(PageSort, asked) if asked in get_args(PageSort) else "views"


def page_list(view: View, found: Pages) -> Component:
    """The list, or why there is nothing in it."""
    if not found.items:
        return nothing(view)
    sort = sort_of(view)
    head = html.Tr(
        [
            _sortable(view, "address", sort, ""),
            _sortable(view, "views", sort, "hw-number"),
            html.Th("Visitors", scope="col", className="hw-number hw-roomy"),
            _sortable(view, "clicks", sort, "hw-number"),
            html.Th("Half came this far", scope="col", title="Median of the deepest point seen, % of the page"),
        ]
    )
    table = html.Table(
        [
            html.Caption("Pages with their views, clicks and scroll depth", className="hw-unseen"),
            html.Thead(head),
            html.Tbody([_row(view, row) for row in found.items]),
        ],
        className="hw-table hw-pages-table",
    )
    return html.Div([table, _paging(view, found)])


def _sortable(view: View, sort: PageSort, chosen: PageSort, class_name: str) -> html.Th:
    name = [_SORTS[sort], icon("arrow-down" if sort != "address" else "arrow-up", 12) if sort == chosen else None]
    order = "ascending" if sort == "address" else "descending"
    return html.Th(
        in_place.link(name, in_place.here(view, PATH, sort=sort, cursor=None)),
        scope="col",
        className=class_name,
        **(aria(sort=order) if sort == chosen else {}),
    )


def _row(view: View, row: PageRow) -> html.Tr:
    href = view.link(f"{PATH}/{row.page}")
    picture = html.Span(
        icon("heatmap" if row.snapshot else "clock", 16),
        className="hw-page-picture" if row.snapshot else "hw-page-picture hw-none",
        title="There is a picture of this page" if row.snapshot else "No picture yet: it comes with a recorded visit",
    )
    name = html.Span(
        [html.Strong(row.title or row.url), html.Small(row.url) if row.title else None], className="hw-page-title"
    )
    depth = html.Span(
        [
            html.Span(html.Span(style={"width": f"{min(100, max(0, row.scroll_pct))}%"}), className="hw-depth-track"),
            html.B(f"{row.scroll_pct} %"),
        ],
        className="hw-depth",
    )
    return html.Tr(
        [
            html.Td(dcc.Link([picture, name], href=href, className="hw-page-link")),
            html.Td(words.count(row.views), className="hw-number", **in_place.data(label="Views")),
            html.Td(words.count(row.visitors), className="hw-number hw-roomy", **in_place.data(label="Visitors")),
            html.Td(words.count(row.clicks), className="hw-number", **in_place.data(label="Clicks")),
            html.Td(depth, **in_place.data(label="Half came this far")),
        ]
    )


def _paging(view: View, found: Pages) -> Component:
    cursor = view.own.get("cursor", "")
    first = int(cursor) if cursor.isdecimal() else 0
    said = f"{first + 1:,} to {first + len(found.items):,} of {found.total:,} pages"
    return html.Nav(
        [
            html.Span(said, className="hw-quiet"),
            in_place.link("First", in_place.here(view, PATH, cursor=None), "hw-button") if first else None,
            in_place.link("Next", in_place.here(view, PATH, cursor=found.next), "hw-button") if found.next else None,
        ],
        className="hw-paging",
        **aria(label="Paging"),
    )


def nothing(view: View) -> Component:
    """Why the list is empty, and what to do about it."""
    if view.own.get("q"):
        return blocks.empty(
            f"No page has “{view.own['q']}” in its title or address",
            "Only pages that were viewed in the period are listed.",
            in_place.link("Show all pages", in_place.here(view, PATH, q=None, cursor=None), "hw-button"),
            picture="search",
        )
    return blocks.empty(
        "No page was viewed in this period",
        "Choose a longer period in the header. If nothing arrives at all, the snippet is not on the site yet.",
        dcc.Link("Show the snippet", href=view.link("/settings"), className="hw-button"),
        picture="heatmap",
    )
