"""What happened in a session as the player and the panel beside it show it: chapters, marks, and moment by moment.

Times of page views and moments count from the session's start, the player's from the recording's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import in_place
from dashboard.queries.moments import Moment, Moments
from dashboard.queries.recordings import PageView, Recording
from dashboard.shell import words
from dashboard.shell.icons import IconName, icon
from dashboard.shell.view import View

# By the moment's kind, or by its name for what the tracker notes of itself (docs/protocol.md).
_ICONS: Final[dict[str, IconName]] = {
    "click": "pointer",
    "tap": "mobile",
    "rage": "flame",
    "dead": "circle-slash",
    "error": "alert",
    "event": "flag",
    "$error": "alert",
    "$thrash": "cursor-lost",
    "$vitals": "gauge",
}
_OWN: Final = frozenset({"$error", "$thrash", "$vitals"})
# Kinds of marks by what the player calls them otherwise.
_MARKS: Final = {"tap": "click", "$error": "script", "$thrash": "thrash"}
_SAYS: Final = {
    "click": "Clicked",
    "tap": "Tapped",
    "rage": "Rage click",
    "dead": "Dead click",
    "error": "Click with an error",
    "event": "Event",
    "$error": "Script error",
    "$thrash": "Thrashed cursor",
    "$vitals": "Web vitals",
}


def clock(ms: float) -> str:
    """`0:42`, `12:05`, `1:02:09`."""
    seconds = max(0, int(ms)) // 1000
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02d}:{seconds % 60:02d}" if hours else f"{minutes}:{seconds % 60:02d}"


def read_clock(text: str) -> int | None:
    """`0:42`, `42` or `1:02:09` as ms; None for what is no time within a day."""
    parts = text.strip().split(":")
    if not 1 <= len(parts) <= 3 or not all(part.isdecimal() and len(part) < 7 for part in parts):
        return None
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + int(part)
    return seconds * 1000 if seconds <= 86_400 else None


def place(url: str) -> str:
    """A page's address without its host."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "") if parts.netloc else url


def chapters(recording: Recording) -> list[dict[str, Any]]:
    """The page views as the player takes them."""
    return [
        {
            "at_ms": max(0, view.at_ms - recording.begins_ms),
            "label": view.title or place(view.url) or "Page",
            "href": view.url,
        }
        for view in recording.page_views
    ]


def marks(recording: Recording, moments: Moments) -> list[dict[str, Any]]:
    """Clicks and events as the player takes them; web vitals are of a page view, not of a moment."""
    return [
        {
            "at_ms": max(0, moment.at_ms - recording.begins_ms),
            "kind": _MARKS.get(what, moment.kind),
            "label": f"{_SAYS[what]}: {_label(moment, what)}".removesuffix(": "),
        }
        for moment in moments.items
        if (what := _what(moment)) != "$vitals"
    ]


def _what(moment: Moment) -> str:
    """Its kind, or its name if it is one of the tracker's own events."""
    return moment.label if moment.kind == "event" and moment.label in _OWN else moment.kind


def _label(moment: Moment, what: str) -> str:
    if what == moment.kind:
        return moment.label
    return str(moment.props.get("message", ""))


def timeline(view: View | None, recording: Recording, moments: Moments) -> Component:
    """Page views with what was done in each; choosing one moves the player there.

    `view`: for links to the pages' heatmaps; None where these are not open to the asker.
    """
    by_page: dict[int, list[Moment]] = {}
    for moment in moments.items:
        by_page.setdefault(moment.page_view, []).append(moment)
    known = {each.page_view for each in recording.page_views}
    strays = [moment for page_view, found in by_page.items() if page_view not in known for moment in found]
    parts = [
        _page(view, recording, number, page_view, by_page.get(page_view.page_view, []))
        for number, page_view in enumerate(recording.page_views, 1)
    ]
    left = moments.total - len(moments.items)
    return html.Div(
        [
            html.Ol(parts, className="hw-timeline-pages"),
            html.Ol([_moment(recording, moment) for moment in strays], className="hw-moments") if strays else None,
            html.P(f"{left:,} more are not listed.", className="hw-quiet") if left > 0 else None,
        ]
    )


def _page(view: View | None, recording: Recording, number: int, page: PageView, moments: list[Moment]) -> html.Li:
    name = page.title or place(page.url) or "Page"
    jump = _jump(
        recording,
        page.at_ms,
        [
            html.Span(str(number), className="hw-chapter-dot hw-numbers"),
            html.Span([html.Strong(name), html.Small(place(page.url))], className="hw-timeline-name"),
            html.Span(clock(page.at_ms - recording.begins_ms), className="hw-numbers hw-quiet"),
        ],
        "hw-timeline-page-row",
    )
    said = f"{words.duration(page.duration_ms)} · {page.scroll_pct} % down"
    return html.Li(
        [
            jump,
            html.Div(
                [html.Span(said, className="hw-quiet hw-numbers"), _heatmap(view, recording, page)],
                className="hw-timeline-about",
            ),
            html.Ol([_moment(recording, moment) for moment in moments], className="hw-moments") if moments else None,
        ]
    )


def _heatmap(view: View | None, recording: Recording, page: PageView) -> Component | None:
    """To the page's heatmap in the layout that the visitor saw."""
    if view is None or page.page is None:
        return None
    href = view.link(f"/heatmaps/{page.page}", device=recording.session.device, width=page.width or None)
    title = f"The page's heatmap at {page.width} px, as this visitor saw it" if page.width else "The page's heatmap"
    return dcc.Link([icon("heatmap", 14), "Heatmap"], href=href, className="hw-quiet-link", title=title)


def _moment(recording: Recording, moment: Moment) -> html.Li:
    what = _what(moment)
    props = ", ".join(
        f"{name} = {value}" for name, value in moment.props.items() if (what, name) != ("$error", "message")
    )
    named = what in ("click", "tap", "event")  # others are told by their kind, then by their label
    label = _label(moment, what)
    inside = [
        icon(_ICONS[what], 14),
        html.Span(
            [
                html.Span(_SAYS[what], className="hw-unseen" if named else "hw-moment-kind"),
                html.Span(label or "(no name)") if named or label else None,
                html.Small(props) if props else None,
            ],
            className="hw-timeline-name",
        ),
        html.Span(clock(moment.at_ms - recording.begins_ms), className="hw-numbers hw-quiet"),
    ]
    marked = (
        "hw-moment-marked" if what in ("rage", "dead", "error", "$error", "$thrash") else f"hw-moment-{moment.kind}"
    )
    return html.Li(_jump(recording, moment.at_ms, inside, f"hw-moment {marked}"))


def _jump(recording: Recording, at_ms: int, inside: Sequence[Component], class_name: str) -> html.Button:
    at = max(0, at_ms - recording.begins_ms)
    return html.Button(
        list(inside),
        type="button",
        className=f"hw-jump {class_name}",
        disabled=not recording.chunks,
        **in_place.data(player_ms=at),
    )
