"""The list of recordings: a row a session, as cards on phones, a page of it at a time."""

from __future__ import annotations

from typing import Final, cast, get_args

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import in_place
from dashboard.queries.recordings import RecordingRow, Recordings
from dashboard.recordings.behind import Behind
from dashboard.recordings.lacks import lacks
from dashboard.shell import blocks, words
from dashboard.shell.aria import aria
from dashboard.shell.icons import IconName, icon
from dashboard.shell.view import View
from storage.session_index import Device, Sort

PATH: Final = "/recordings"
ROWS: Final = 50
SORTS: Final[dict[Sort, str]] = {
    "newest": "Newest first",
    "oldest": "Oldest first",
    "longest": "Longest first",
    "most_clicks": "Most clicks first",
    "most_pages": "Most pages first",
}
DEVICES: Final[dict[Device, IconName]] = {"desktop": "desktop", "tablet": "tablet", "mobile": "mobile"}


def sort_of(view: View) -> Sort:
    """The order that the address asks for."""
    asked = view.own.get("sort", "newest")
    return cast(Sort, asked) if asked in get_args(Sort) else "newest"


def who(row: RecordingRow) -> str:
    """The user's name on the customer's site; else the first letters of the visitor's random id."""
    return row.user or f"Visitor {str(row.visitor)[:6]}"


def path_of(address: str) -> str:
    """An address without its host: within a project it says nothing new."""
    return "/" + address.partition("/")[2] if address else ""


def parameters(view: View, behind: Behind | None) -> dict[str, object]:
    """What leads from a row on to the same list: its order, its place in it and what it was opened from."""
    kept: dict[str, object] = {name: view.own[name] for name in ("sort", "cursor") if name in view.own}
    return kept | (behind.parameters() if behind else {})


def listing(view: View, found: Recordings, behind: Behind | None) -> Component:
    """The rows, or why there are none."""
    if not found.items:
        return _nothing(view, behind)
    kept = parameters(view, behind)
    rows = [html.Li(_row(row, view.link(f"{PATH}/{row.id}", **kept))) for row in found.items]
    return html.Div([html.Ol(rows, className="hw-sessions", **aria(label="Sessions")), _paging(view, found, behind)])


def _row(row: RecordingRow, href: str) -> Component:
    way = [html.Span(path_of(row.entry) or "(no page)", className="hw-way-page")]
    if row.exit and row.exit != row.entry:
        way += [icon("chevron-right", 12), html.Span(path_of(row.exit), className="hw-way-page")]
    about = [text for text in (row.browser, row.os, row.country) if text]
    return dcc.Link(
        [
            html.Span(
                icon("play" if row.recorded else "rows", 16),
                className="hw-session-play" if row.recorded else "hw-session-play hw-none",
                title="Play" if row.recorded else "Nothing was recorded of this session; its page views are known",
            ),
            html.Span(
                [
                    html.Strong([who(row), lacks(row.lacks)]),
                    html.Small(words.moment(row.started_at), className="hw-numbers"),
                ],
                className="hw-session-who",
            ),
            html.Span(way, className="hw-session-way", title=f"{row.entry} → {row.exit}"),
            _figure(row.pages, "page", "pages"),
            _figure(row.clicks, "click", "clicks"),
            html.Span(
                [html.B(words.duration(row.duration_ms)), html.Small("long")], className="hw-session-figure hw-numbers"
            ),
            html.Span(
                [icon(DEVICES[row.device], 16), html.Small(" · ".join(about) or row.device)],
                className="hw-session-device",
                title=row.device,
            ),
        ],
        href=href,
        className="hw-session",
    )


def _figure(number: int, one: str, several: str) -> html.Span:
    return html.Span(
        [html.B(words.count(number)), html.Small(one if number == 1 else several)],
        className="hw-session-figure hw-numbers",
    )


def _paging(view: View, found: Recordings, behind: Behind | None) -> Component | None:
    kept = behind.parameters() if behind else {}
    first, following = view.own.get("cursor"), found.next
    if not first and not following:
        return None
    return html.Nav(
        [
            in_place.link("First page", in_place.here(view, PATH, **kept, cursor=None), "hw-button") if first else None,
            in_place.link("Next page", in_place.here(view, PATH, **kept, cursor=following), "hw-button")
            if following
            else None,
        ],
        className="hw-paging",
        **aria(label="Paging"),
    )


def heading(found: Recordings, behind: Behind | None, view: View) -> Component:
    """How many sessions there are, and which, if they were opened from a figure."""
    number = f"{found.total:,} {'session' if found.total == 1 else 'sessions'}"
    if behind is None:
        return html.Span(number)
    return html.Span(
        [
            html.B(number),
            f" {behind.words} ",
            in_place.link(
                icon("close", 14),
                in_place.here(view, PATH, f=None, step=None, outcome=None, cursor=None),
                "hw-icon-button",
                title="Show all sessions",
                **aria(label="Show all sessions"),
            ),
        ],
        className="hw-behind",
    )


def _nothing(view: View, behind: Behind | None) -> Component:
    narrowed = behind is not None or view.filters != type(view.filters)()
    if view.own.get("cursor"):
        return blocks.empty(
            "The list ends here",
            "Sessions before it may have been removed since.",
            in_place.link("First page", in_place.here(view, PATH, cursor=None), "hw-button"),
            picture="recording",
        )
    if narrowed:
        return blocks.empty(
            "No session fits",
            "None of the period's sessions meets all of the conditions. Take one away, or choose a longer period.",
            dcc.Link(
                "Take all conditions away",
                href=f"{PATH}?p={view.project_id}&range={view.range}",
                className="hw-button",
            ),
            picture="filter",
        )
    return blocks.empty(
        "No session in this period",
        "Sessions are listed within seconds of a visit. If nothing arrives at all, the snippet is not on the site yet.",
        dcc.Link("Show the snippet", href=view.link("/settings"), className="hw-button"),
        picture="recording",
    )
