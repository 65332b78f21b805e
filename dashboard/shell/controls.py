"""The header: date range, device and segment, the same for every page and kept in the address; search and copy."""

from __future__ import annotations

import datetime as dt
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.shell.aria import aria
from dashboard.shell.icons import IconName, icon
from dashboard.shell.menus import menu
from dashboard.shell.view import RANGES

_DEVICES: tuple[tuple[str, IconName, str], ...] = (
    ("", "rows", "All devices"),
    ("desktop", "desktop", "Desktop"),
    ("tablet", "tablet", "Tablet"),
    ("mobile", "mobile", "Mobile"),
)


_CALENDAR: Any = {
    "nextMonth": "Next month",
    "previousMonth": "Previous month",
    "nextYear": "Next year",
    "previousYear": "Previous year",
    "nextDecade": "Next decade",
    "previousDecade": "Previous decade",
}


def date_range() -> Component:
    """The range's menu: the usual ones as links, any other from the calendar."""
    links = [
        dcc.Link(
            [html.Span(words, className="hw-choice-name"), icon("check", 16, "hw-choice-check")],
            id={"shell": "range", "to": name},
            href=f"?range={name}",
            className="hw-choice",
        )
        for name, words in RANGES.items()
        if name != "custom"
    ]
    calendar = dmc.DatePicker(
        id="hw-calendar",
        type="range",
        allowSingleDateInRange=True,
        maxDate=dt.datetime.now(dt.UTC).date(),
        size="sm",
        firstDayOfWeek=1,
        weekendDays=[],
        hideOutsideDates=True,
        ariaLabels=_CALENDAR,
    )
    button = [
        icon("calendar", 16),
        html.Span("Last 30 days", id="hw-range", className="hw-control-word"),
        icon("chevron-down", 14),
    ]
    panel = html.Div(
        [
            html.Div(links, className="hw-range-links"),
            html.Div([html.Div("Custom, days in UTC", className="hw-menu-label"), calendar], className="hw-range-days"),
        ],
        className="hw-range-panel",
    )
    return menu(button, [panel], "Date range", "hw-control", id="hw-range-menu")


def device() -> Component:
    """All devices or one kind of them."""
    return html.Div(
        [
            dcc.Link(
                [icon(picture, 16), html.Span(words, className="hw-unseen")],
                id={"shell": "device", "to": name},
                href=f"?device={name}",
                className="hw-segment",
                title=words,
            )
            for name, picture, words in _DEVICES
        ],
        className="hw-segments hw-devices",
        role="group",
        **aria(label="Device"),
    )


def topbar() -> Component:
    """The header of every page."""
    search = html.Button(
        [icon("search", 16), html.Span("Search", className="hw-control-word"), html.Kbd("Ctrl K")],
        id="hw-search",
        type="button",
        className="hw-control-button hw-search",
        title="Go to a page or project (Ctrl K)",
        **aria(haspopup="dialog"),
    )
    copy = html.Button(
        [icon("link", 16), html.Span("Copy link", className="hw-unseen")],
        id="hw-copy-link",
        type="button",
        className="hw-control-button",
        title="Copy a link to this view",
    )
    return html.Header(
        [
            html.Div([date_range(), device(), html.Div(id="hw-segment", className="hw-chips")], className="hw-view"),
            html.Div([copy, search], className="hw-tools"),
        ],
        className="hw-topbar",
    )
