"""`/heatmaps/<page_id>`: a page's heatmap over its snapshot, with the ranking of its elements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from dash import ClientsideFunction, Input, Output, State, clientside_callback, dcc, html, no_update
from dash.development.base_component import Component

from dashboard import in_place
from dashboard.auth import guard
from dashboard.auth.access import Access
from dashboard.heatmaps import panel
from dashboard.heatmaps.chosen import KINDS, WIDTHS, Chosen, chosen
from dashboard.queries.heatmaps import Heatmap, NotFilterable, UnknownPage, heatmap
from dashboard.queries.recordings import Recordings, recordings
from dashboard.recordings.behind import clicked
from dashboard.shell import answers, blocks
from dashboard.shell.icons import icon
from dashboard.shell.view import View, read_view
from heatwake_components import HeatmapView

guard.page(
    __name__, needs="read", path_template="/heatmaps/<page_id>", title="Heatmap · Heatwake", name="Heatmap of a page"
)


# What of the map follows the address.
_DRAWN: Final = ("snapshotUrl", "points", "scroll", "kind", "width", "elements", "pictureName")


@dataclass(frozen=True)
class Shown:
    """A map with what it was asked by."""

    access: Access
    view: View
    chosen: Chosen
    heatmap: Heatmap

    @property
    def path(self) -> str:
        return f"/heatmaps/{self.heatmap.page}"

    @property
    def drawn(self) -> list[str]:
        """What the picture depends on; the element that is looked at is no part of it."""
        kept = [(name, value) for name, value in self.view.own.items() if name != "el"]
        return [self.view.link(self.path), urlencode(kept), str(self.heatmap.total), str(self.heatmap.views)]


def _asked(page_id: str, search: str) -> Shown:
    """Raises UnknownPage, NotFilterable and what the guard raises."""
    view = read_view(search)
    access = guard.access(view.project_id)
    what = chosen(view, search)
    # The device is a question of its own; as a filter it would only make the answer slower.
    filters = msgspec.structs.replace(view.filters, devices=[])
    found = heatmap(access, page_id, what.kind, view.period, view.device, filters, what.width or None)
    return Shown(access, view, what, found)


def _failed(view: View, page_id: str, error: Exception) -> Component:
    if isinstance(error, NotFilterable):
        return answers.answer(
            "Movement can't be cut down to a segment",
            str(error),
            kept="All other kinds of this page's map follow the segment.",
            action=dcc.Link(
                "Show clicks", href=in_place.here(view, f"/heatmaps/{page_id}", kind="click"), className="hw-button"
            ),
            picture="filter",
        )
    return answers.answer(
        "This project has no such page",
        "It was never viewed, or the address was mistyped.",
        action=dcc.Link("All pages", href=view.link("/heatmaps"), className="hw-button"),
        picture="heatmap",
    )


def _recordings(shown: Shown) -> Recordings | None:
    if not shown.chosen.element or shown.chosen.kind == "scroll":
        return None
    period, filters = clicked(shown.chosen.element, shown.heatmap.url).narrowed(shown.access, shown.view)
    return recordings(shown.access, period, filters, "newest", 20)


def _map(shown: Shown) -> dict[str, Any]:
    """The component's properties."""
    found, view = shown.heatmap, shown.view
    device = f"?device={view.device}" if view.device else ""
    return {
        "snapshotUrl": f"/api/v1/projects/{view.project_id}/pages/{found.page}/snapshot{device}",
        "assetsUrl": f"/api/v1/projects/{view.project_id}/assets/",
        "points": found.on_elements,
        "scroll": found.scroll,
        "kind": shown.chosen.kind,
        "width": shown.chosen.width,
        "elements": msgspec.to_builtins(found.elements),
        "highlight": shown.chosen.element or None,
        "pictureName": f"heatmap-{shown.chosen.kind}-{found.url.strip('/').replace('/', '-')}.png",
    }


def _toolbar(shown: Shown) -> Component:
    kinds = [
        (kind, [icon(picture, 16), html.Span(name)], in_place.here(shown.view, shown.path, kind=kind, el=None))
        for kind, (name, picture) in KINDS.items()
    ]
    return in_place.tabs("What the map shows", kinds, shown.chosen.kind)


def _side(shown: Shown) -> list[Component | None]:
    title = "How far views came" if shown.chosen.kind == "scroll" else "Elements"
    return [
        panel.element_card(shown.view, shown.path, shown.heatmap, shown.chosen, _recordings(shown)),
        blocks.card(panel.ranking(shown.view, shown.path, shown.heatmap, shown.chosen), title=title),
    ]


def layout(page_id: str = "", **query: str) -> Component:
    """The map and its panel."""
    search = urlencode([(name, value) for name, value in query.items() if value is not None], doseq=True)
    view = read_view(search)
    try:
        shown = _asked(page_id, search)
    except (UnknownPage, NotFilterable) as error:
        return blocks.page(_failed(view, page_id, error))
    found = shown.heatmap
    widths = {str(width) if width else "": words for width, words in WIDTHS.items()}
    width = str(shown.chosen.width) if shown.chosen.width else ""
    if width not in widths:
        widths[width] = f"{width} px"
    return blocks.page(
        html.Nav([dcc.Link("Heatmaps", href=view.link("/heatmaps")), icon("chevron-right", 14)], className="hw-crumbs"),
        blocks.header(
            found.title or found.url,
            found.url if found.title else "",
            html.Div(blocks.as_of(found.as_of, live=view.live), id="heatmap-as-of"),
        ),
        html.Div(
            [
                html.Div(_toolbar(shown), id="heatmap-kinds"),
                in_place.form(in_place.choice("width", widths, width, "Layout"), label="Layout of the page"),
            ],
            className="hw-toolbar",
        ),
        html.Div(
            [
                html.Div(HeatmapView(id="map", radius=34, **_map(shown)), className="hw-map"),
                html.Aside(
                    [
                        blocks.card(
                            html.Div(panel.facts(found, shown.chosen), id="heatmap-facts"),
                            html.Div(panel.placement(None, None, None, shown.chosen), id="heatmap-placement"),
                            className="hw-map-facts",
                        ),
                        html.Div(_side(shown), id="heatmap-side", className="hw-stack"),
                    ],
                    className="hw-side",
                ),
            ],
            className="hw-with-side",
        ),
        dcc.Store(id="heatmap-drawn", data=shown.drawn),
        wide=True,
    )


@guard.callback(
    *[Output("map", name) for name in _DRAWN],
    Output("map", "highlight"),
    Output("heatmap-kinds", "children"),
    Output("heatmap-facts", "children"),
    Output("heatmap-side", "children"),
    Output("heatmap-as-of", "children"),
    Output("heatmap-drawn", "data"),
    Input("url", "search"),
    State("url", "pathname"),
    State("heatmap-drawn", "data"),
    needs="read",
    prevent_initial_call=True,
)
def drawn(search: str, pathname: str, before: list[str]) -> tuple[Any, ...]:
    """Map and panel follow the address; the map itself only where it would be another one."""
    page_id, same = pathname.rsplit("/", 1)[-1], [no_update] * len(_DRAWN)
    try:
        shown = _asked(page_id, search)
    except (UnknownPage, NotFilterable) as error:
        failed = _failed(read_view(search), page_id, error)
        return *same, no_update, no_update, no_update, [failed], no_update, no_update
    return _redrawn(shown, before)


def _redrawn(shown: Shown, before: list[str]) -> tuple[Any, ...]:
    props = _map(shown)
    return (
        *([no_update] * len(_DRAWN) if shown.drawn == before else [props[name] for name in _DRAWN]),
        props["highlight"],
        _toolbar(shown),
        panel.facts(shown.heatmap, shown.chosen),
        _side(shown),
        blocks.as_of(shown.heatmap.as_of, live=shown.view.live),
        shown.drawn,
    )


@guard.callback(
    *[Output("map", name, allow_duplicate=True) for name in _DRAWN],
    Output("map", "highlight", allow_duplicate=True),
    Output("heatmap-kinds", "children", allow_duplicate=True),
    Output("heatmap-facts", "children", allow_duplicate=True),
    Output("heatmap-side", "children", allow_duplicate=True),
    Output("heatmap-as-of", "children", allow_duplicate=True),
    Output("heatmap-drawn", "data", allow_duplicate=True),
    Input("tick", "n_intervals"),
    State("url", "search"),
    State("url", "pathname"),
    State("heatmap-drawn", "data"),
    needs="read",
    prevent_initial_call=True,
)
def followed(tick: int | None, search: str, pathname: str, before: list[str]) -> tuple[Any, ...]:
    """What arrives is drawn too; while nothing does only the time goes on, so that nobody loses their place."""
    try:
        shown = _asked(pathname.rsplit("/", 1)[-1], search)
    except (UnknownPage, NotFilterable):
        return (no_update,) * (len(_DRAWN) + 6)
    if shown.drawn != before:
        return _redrawn(shown, before)
    as_of = blocks.as_of(shown.heatmap.as_of, live=shown.view.live)
    return *[no_update] * (len(_DRAWN) + 4), as_of, no_update


@guard.callback(
    Output("heatmap-placement", "children"),
    Input("map", "placed"),
    Input("map", "unplaced"),
    Input("map", "state"),
    State("url", "search"),
    needs="signed_in",
    prevent_initial_call=True,
)
def placed(placed: int | None, unplaced: int | None, state: str | None, search: str) -> Component:
    """What the map says of its counts once it is drawn."""
    return panel.placement(placed, unplaced, state, chosen(read_view(search), search))


# An element that was clicked on the map is the one that the address names from then on.
clientside_callback(ClientsideFunction("in_place", "choose"), Input("map", "clicked"), prevent_initial_call=True)
