"""The app's frame: rail, header and the page within; for those who are not signed in only the page."""

from __future__ import annotations

from typing import Any, Final

import dash
import dash_mantine_components as dmc
from dash import ClientsideFunction, Input, Output, State, clientside_callback, dcc, html
from dash.dependencies import ALL
from dash.development.base_component import Component

from dashboard.figures.theme import FONT
from dashboard.shell.controls import topbar
from dashboard.shell.navigation import BARE
from dashboard.shell.rail import bottom_bar, rail
from dashboard.shell.view import DEFAULT_RANGE, RANGES, SEGMENT, SEGMENT_WORDS, SHARED
from dashboard.shell.who import Who, who

LIVE_MS: Final = 5_000
_EMBER: Final = [
    "#fff3ec", "#ffe2d3", "#ffc4a6", "#ffa277", "#ff8650", "#f76f35", "#c2410c", "#b84312", "#93350e", "#70280b",
]  # fmt: skip
_PAGE: Final[Any] = {"_pages_content": "children"}
THEME: Final[dict[str, Any]] = {
    "fontFamily": FONT,
    "fontFamilyMonospace": "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace",
    "primaryColor": "ember",
    "primaryShade": {"light": 6, "dark": 5},
    "colors": {"ember": _EMBER},
    "defaultRadius": "md",
    "cursorType": "pointer",
    "fontSizes": {"xs": "12px", "sm": "13px", "md": "14px", "lg": "16px", "xl": "20px"},
}


def _known(looker: Who) -> dict[str, Any]:
    """What the browser needs to write addresses and names: shared parameters, ranges and the projects."""
    return {
        "shared": list(SHARED),
        "segment": list(SEGMENT),
        "segmentWords": SEGMENT_WORDS,
        "ranges": RANGES,
        "defaultRange": DEFAULT_RANGE,
        "bare": list(BARE),
        "projects": {
            str(project.project_id): {"name": project.name, "account": account.name, "shared": account.shared}
            for account in looker.accounts
            for project in account.projects
        },
    }


def frame(looker: Who | None) -> Component:
    """The frame for `looker`; None: nobody is signed in."""
    shared = [
        # Told of every change of the address by the page router as well, so that both always agree.
        dcc.Location(id="url", refresh="callback-nav"),
        dcc.Interval(id="tick", interval=LIVE_MS, disabled=True),
        dcc.Store(id="hw-known", data=_known(looker) if looker else {"bare": list(BARE)}),
        dmc.NotificationContainer(id="hw-notes", position="bottom-right", autoClose=5000),
    ]
    content = dcc.Loading(
        dash.page_container,
        target_components=_PAGE,
        custom_spinner=html.Div(className="hw-progress"),
        overlay_style={"visibility": "visible"},
        parent_className="hw-loading",
        delay_show=150,
    )
    main = html.Main(content, id="hw-main", className="hw-main", tabIndex=-1)
    if looker is None:
        return dmc.MantineProvider(
            [*shared, html.Div(main, className="hw-bare")], theme=THEME, defaultColorScheme="auto"
        )
    return dmc.MantineProvider(
        [
            *shared,
            html.A("Skip to the page", href="#hw-main", className="hw-skip"),
            html.Div(
                [rail(looker), html.Div(className="hw-backdrop", id="hw-backdrop"), topbar(), main, bottom_bar()],
                className="hw-frame",
            ),
        ],
        theme=THEME,
        defaultColorScheme="auto",
    )


def layout() -> Component:
    """What Dash asks for when a browser comes: the frame for whoever is signed in."""
    return frame(who())


def _register() -> None:
    """The frame's own callbacks; all of them run in the browser (assets/shell.js)."""
    places = ("rail", "bar", "project", "range", "device")
    clientside_callback(
        ClientsideFunction("shell", "frame"),
        [Output({"shell": place, "to": ALL}, prop) for place in places for prop in ("href", "className")],
        Input("url", "pathname"),
        Input("url", "search"),
        State("hw-known", "data"),
        [State({"shell": place, "to": ALL}, "id") for place in places],
    )
    clientside_callback(
        ClientsideFunction("shell", "names"),
        Output("hw-account", "children"),
        Output("hw-project", "children"),
        Output("hw-range", "children"),
        Output("hw-segment", "children"),
        Input("url", "search"),
        State("hw-known", "data"),
    )
    clientside_callback(
        ClientsideFunction("shell", "custom"),
        Output("url", "search"),
        Input("hw-calendar", "value"),
        State("url", "search"),
        State("hw-known", "data"),
        prevent_initial_call=True,
    )
    clientside_callback(
        ClientsideFunction("shell", "live"),
        Output("tick", "disabled"),
        Input("url", "search"),
        Input("url", "pathname"),
        State("hw-known", "data"),
    )


_register()
