"""Beside the map: what was counted and what of it is drawn, the chosen element, and the ranking of elements."""

from __future__ import annotations

from typing import Final

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import in_place
from dashboard.heatmaps.chosen import Chosen
from dashboard.queries.heatmaps import Element, Heatmap
from dashboard.queries.recordings import Recordings
from dashboard.recordings.behind import clicked
from dashboard.shell import blocks, words
from dashboard.shell.aria import aria
from dashboard.shell.icons import icon
from dashboard.shell.view import View

MOST_RANKED: Final = 200


def element_name(element: Element) -> str:
    """What people call the element: its text, else the last step of its selector."""
    return element.text or element.selector.rsplit(" > ", 1)[-1] or "(unknown element)"


def facts(heatmap: Heatmap, chosen: Chosen) -> Component:
    """How much the map rests on."""
    rows = [("Views", f"{heatmap.views:,}")]
    if chosen.kind != "scroll":
        rows.append((chosen.counted(2).split(" ", 1)[1].capitalize(), f"{heatmap.total:,}"))
        if heatmap.views:
            rows.append(("For each view", f"{heatmap.total / heatmap.views:.2f}"))
    elif heatmap.views:
        half = next((depth for depth, reached in reversed(heatmap.scroll) if reached * 2 >= heatmap.views), 0)
        end = heatmap.scroll[-1][1] if heatmap.scroll else 0
        rows += [("Half came to", f"{half} %"), ("To the end", words.share(end, heatmap.views))]
    return html.Dl(
        [html.Div([html.Dt(name), html.Dd(figure)]) for name, figure in rows], className="hw-facts hw-facts-row"
    )


def placement(placed: int | None, unplaced: int | None, state: str | None, chosen: Chosen) -> Component:
    """In plain words what of the counts is drawn and what is not, and why."""
    if chosen.kind == "scroll" or state in (None, "loading") or placed is None or unplaced is None:
        return html.P("\N{NO-BREAK SPACE}", className="hw-quiet")
    if state in ("empty", "error"):
        return html.P("Nothing is drawn while there is no picture of the page; the ranking counts all the same.")
    if not unplaced:
        return html.P(
            f"Every one of them is drawn: {chosen.counted(placed)}." if placed else "There is nothing to draw."
        )
    return html.P(
        [
            f"{chosen.counted(placed)} drawn. ",
            html.B(f"{unplaced:,} unplaced"),
            ": their elements are not on this picture of the page, or do not show at this width. They are counted"
            " below, but not drawn anywhere else.",
        ]
    )


def ranking(view: View, path: str, heatmap: Heatmap, chosen: Chosen) -> Component:
    """The elements by their part of all points; pointing at one outlines it on the page."""
    if chosen.kind == "scroll":
        return depths(heatmap)
    if not heatmap.elements:
        return html.P(
            f"No {chosen.counted(0).split(' ', 1)[1]} in this period. Another kind, device or period may have some.",
            className="hw-quiet",
        )
    most = heatmap.elements[0].count
    rows = [
        html.Li(
            in_place.link(
                [
                    html.Span(className="hw-bar-fill", style={"width": f"{100 * element.count / most:.1f}%"}),
                    html.Span(
                        [
                            html.Strong(element_name(element)),
                            html.Small(element.selector) if element.selector != element_name(element) else None,
                        ],
                        className="hw-ranked-name",
                    ),
                    html.Span(
                        [html.B(f"{element.count:,}"), html.Small(f"{element.share:.1%}")], className="hw-ranked-count"
                    ),
                ],
                in_place.here(view, path, el=None if element.selector == chosen.element else element.selector),
                "hw-bar hw-ranked" + (" hw-current" if element.selector == chosen.element else ""),
                title=element.selector,
                **in_place.data(map_element=element.selector),
                **(aria(current="true") if element.selector == chosen.element else {}),
            )
        )
        for element in heatmap.elements[:MOST_RANKED]
    ]
    left = len(heatmap.elements) - MOST_RANKED
    return html.Div(
        [
            html.Ol(rows, className="hw-bars hw-ranking", **aria(label="Elements, most used first")),
            html.P(f"{left:,} more elements have fewer.", className="hw-quiet") if left > 0 else None,
        ]
    )


def depths(heatmap: Heatmap) -> Component:
    """How many views came how far down, in steps of a tenth of the page."""
    if not heatmap.views:
        return html.P("The page was not viewed in this period.", className="hw-quiet")
    rows = [
        html.Li(
            html.Div(
                [
                    html.Span(className="hw-bar-fill", style={"width": f"{100 * reached / heatmap.views:.1f}%"}),
                    html.Span(f"{depth} % down", className="hw-bar-name"),
                    html.Span(f"{words.share(reached, heatmap.views)} · {reached:,}", className="hw-bar-number"),
                ],
                className="hw-bar",
            )
        )
        for depth, reached in heatmap.scroll
        if depth % 10 == 0
    ]
    return html.Ol(rows, className="hw-bars", **aria(label="How far views came"))


def element_card(view: View, path: str, heatmap: Heatmap, chosen: Chosen, found: Recordings | None) -> Component | None:
    """The element that is looked at, with the recordings of those who used it; None: none is."""
    if not chosen.element or chosen.kind == "scroll":
        return None
    element = next((each for each in heatmap.elements if each.selector == chosen.element), None)
    name = element_name(element) if element else chosen.element
    said = (
        f"{chosen.counted(element.count)}, {element.share:.1%} of all"
        if element
        else f"No {chosen.counted(0).split(' ', 1)[1]} on it in this period"
    )
    behind = clicked(chosen.element, heatmap.url)
    close = in_place.link(
        icon("close", 16), in_place.here(view, path, el=None), "hw-icon-button", title="Close", **aria(label="Close")
    )
    return blocks.card(
        html.P(said, className="hw-numbers"),
        html.Code(chosen.element, className="hw-selector"),
        _recordings(view, behind.parameters(), found) if found else None,
        title=name,
        actions=[close],
        className="hw-element-card",
    )


def _recordings(view: View, parameters: dict[str, object], found: Recordings) -> Component:
    played = [row for row in found.items if row.recorded]
    if not found.total:
        return html.P("No session of this period has it.", className="hw-quiet")
    return html.Div(
        [
            html.Ul(
                [
                    html.Li(
                        dcc.Link(
                            [
                                icon("play", 14),
                                html.Span(words.moment(row.started_at)),
                                html.Span(words.duration(row.duration_ms), className="hw-quiet hw-numbers"),
                            ],
                            href=view.link(f"/recordings/{row.id}", **parameters),
                        )
                    )
                    for row in played[:5]
                ],
                className="hw-short-list",
            ),
            dcc.Link(
                [f"{found.total:,}{'+' * found.more} {'recording' if found.total == 1 else 'recordings'} with it"],
                href=view.link("/recordings", **parameters),
                className="hw-button hw-wide-button",
                title="Clicks and taps together",
            ),
        ]
    )
