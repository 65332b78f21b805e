"""What is said around the list of recordings: who a session was, how many there are, and why there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import in_place
from dashboard.queries.recordings import RecordingRow, Recordings
from dashboard.shell import blocks
from dashboard.shell.aria import aria
from dashboard.shell.icons import icon
from storage.session_index import Sort

if TYPE_CHECKING:
    from dashboard.recordings.asked import Asked

PATH: Final = "/recordings"
SORTS: Final[dict[Sort, str]] = {
    "newest": "Newest first",
    "oldest": "Oldest first",
    "longest": "Longest first",
    "most_clicks": "Most clicks first",
    "most_pages": "Most pages first",
}


def who(row: RecordingRow) -> str:
    """The user's name on the customer's site; else the first letters of the visitor's random id."""
    return row.user or f"Visitor {str(row.visitor)[:6]}"


def path_of(address: str) -> str:
    """An address without its host: within a project it says nothing new."""
    return "/" + address.partition("/")[2] if address else ""


def counted(total: int, more: bool = False) -> str:
    """`1 session`, `12 sessions`, `10,000+ sessions`."""
    return f"{total:,}{'+' if more else ''} {'session' if total == 1 else 'sessions'}"


def heading(number: str, asked: Asked) -> Component:
    """How many sessions there are, and which, if they were opened from a figure."""
    if asked.behind is None:
        return html.Span(number)
    return html.Span(
        [
            html.B(number),
            f" {asked.behind.words} ",
            in_place.link(
                icon("close", 14),
                in_place.here(asked.view, PATH, f=None, step=None, outcome=None, funnel_step=None, cursor=None),
                "hw-icon-button",
                title="Show all sessions",
                **aria(label="Show all sessions"),
            ),
        ],
        className="hw-behind",
    )


def begins_later(asked: Asked) -> Component | None:
    """Where the list does not begin at its beginning: the way back there."""
    if not asked.view.own.get("cursor"):
        return None
    return html.Div(
        [
            html.Span("The list begins further down. "),
            in_place.link("First page", in_place.here(asked.view, PATH, cursor=None), "hw-button hw-small"),
        ],
        className="hw-begins-later",
    )


def nothing(asked: Asked, found: Recordings) -> Component | None:
    """Why there is no row; None where there is one."""
    if found.items:
        return None
    view = asked.view
    if asked.playlist is not None:
        return blocks.empty(
            "This playlist has no recordings",
            "Choose sessions in the list and add them to the playlist.",
            in_place.link("All sessions", in_place.here(view, PATH, playlist=None, cursor=None), "hw-button"),
            picture="recording",
        )
    if view.own.get("cursor"):
        return blocks.empty(
            "The list ends here",
            "Sessions before it may have been removed since.",
            in_place.link("First page", in_place.here(view, PATH, cursor=None), "hw-button"),
            picture="recording",
        )
    if asked.narrowed:
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
