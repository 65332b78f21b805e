"""Building blocks of pages, so that all of them look alike. A page is built like this:

def layout(**query: str) -> Component:
    view = view_of(query)
    answer = ledger(guard.access(view.project_id), view.period)
    return page(
        header("Ledger", "What came in and what became of it.", as_of(answer.as_of, live=view.live)),
        tiles(tile("Requests", words.count(total), href=view.link("/usage"))),
        card(graph(chart(answer)), title="By the hour"),
    )
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal

import dash_mantine_components as dmc
import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.figures.theme import CONFIG
from dashboard.shell.aria import aria
from dashboard.shell.icons import IconName, icon

Child = Component | str | None
Tone = Literal["neutral", "good", "bad", "warn", "brand"]


def page(*parts: Child, wide: bool = False) -> html.Div:
    """A page: header first, then its cards with even gaps. `wide`: takes the whole width (players, maps)."""
    return html.Div([part for part in parts if part is not None], className="hw-page hw-wide" if wide else "hw-page")


def header(title: str, about: str = "", *actions: Child) -> html.Header:
    """The page's name (its only h1), one line of what it is about, and what can be done at the right."""
    return html.Header(
        [
            html.Div([html.H1(title), html.P(about) if about else None], className="hw-page-name"),
            html.Div([action for action in actions if action is not None], className="hw-page-actions")
            if actions
            else None,
        ],
        className="hw-page-header",
    )


def card(
    *content: Child,
    title: str = "",
    note: Child = None,
    actions: Sequence[Child] = (),
    flush: bool = False,
    **props: Any,
) -> html.Section:
    """A framed part of a page. `note` stands small beside the title; `flush`: content reaches the frame (tables)."""
    head = None
    if title or actions:
        head = html.Div(
            [html.H2(title), html.Span(note, className="hw-card-note") if note else None]
            + ([html.Div(list(actions), className="hw-card-actions")] if actions else []),
            className="hw-card-head",
        )
    class_name = f"hw-card {'hw-flush' if flush else ''} {props.pop('className', '')}".strip()
    return html.Section([head, html.Div([*content], className="hw-card-body")], className=class_name, **props)


def tiles(*each: Component) -> html.Div:
    """A row of stat tiles; wraps on narrow screens."""
    return html.Div(list(each), className="hw-tiles")


def tile(
    label: str,
    figure: str,
    *,
    change: str | None = None,
    good: Literal["up", "down", "neither"] = "up",
    note: str = "",
    href: str | None = None,
    hint: str = "",
) -> Component:
    """A number with its name. `change` (`+12%`) is coloured by whether going up is `good`; `href`: what it counts."""
    delta = None
    if change:
        up, flat = not change.startswith("-"), change in ("+0%", "-0%")
        tone = "neutral" if flat or good == "neither" else ("good" if up == (good == "up") else "bad")
        arrow = None if flat else icon("arrow-up" if up else "arrow-down", 12)
        delta = html.Span(
            [arrow, change.lstrip("+-")], className=f"hw-delta hw-{tone}", title="Against the period before"
        )
    inside = [
        html.Span(label, className="hw-tile-label", title=hint or None),
        html.Span(figure, className="hw-tile-figure"),
        html.Span([delta, html.Span(note or "\u00a0", className="hw-tile-note")], className="hw-tile-row"),
    ]
    if href:
        return dcc.Link(inside, href=href, className="hw-tile hw-leads-on")
    return html.Div(inside, className="hw-tile")


def empty(title: str, text: Child, *actions: Child, picture: IconName = "info") -> html.Div:
    """Where there is nothing yet: why, and what to do about it."""
    return html.Div(
        [
            html.Div(icon(picture, 22), className="hw-empty-picture"),
            html.H2(title),
            html.P(text),
            html.Div([action for action in actions if action is not None], className="hw-empty-actions")
            if actions
            else None,
        ],
        className="hw-empty",
    )


def as_of(at: dt.datetime, *, live: bool = False, sampled: bool = False) -> html.Span:
    """When the figures of a page are from, by the second (UTC); `live`: they follow while one looks at them."""
    at = at.astimezone(dt.UTC)
    words = f"{'Live · as' if live else 'As'} of {at:%H:%M:%S} UTC{' · sampled' if sampled else ''}"
    return html.Span(
        [html.Span(className="hw-dot hw-live" if live else "hw-dot"), words], className="hw-as-of", title=f"{at:%c} UTC"
    )


def badge(text: str, tone: Tone = "neutral") -> html.Span:
    """A short word about a thing: its state, its kind."""
    return html.Span(text, className=f"hw-badge hw-{tone}")


def graph(figure: go.Figure, label: str, **props: Any) -> html.Div:
    """A chart in a box that has its height at once, so that nothing shifts. `label`: what readers hear."""
    height = f"{figure.layout.height or 260}px"
    return html.Div(
        dcc.Graph(figure=figure, config=CONFIG, style={"height": height}, **props),
        className="hw-graph",
        role="img",
        style={"height": height},
        **aria(label=label),
    )


def bars(rows: Sequence[tuple[str, int, str | None]], *, empty_text: str, top: int | None = None) -> Component:
    """A ranked list (name, number, where it leads) with a bar behind each row, longest first."""
    if not rows:
        return html.P(empty_text, className="hw-quiet hw-pad")
    most = top or max(number for _, number, _ in rows) or 1
    listed = []
    for name, number, href in rows:
        inside = [
            html.Span(className="hw-bar-fill", style={"width": f"{100 * number / most:.1f}%"}),
            html.Span(name or "(none)", className="hw-bar-name", title=name),
            html.Span(f"{number:,}", className="hw-bar-number"),
        ]
        row = (
            dcc.Link(inside, href=href, className="hw-bar hw-leads-on")
            if href
            else html.Div(inside, className="hw-bar")
        )
        listed.append(html.Li(row))
    return html.Ol(listed, className="hw-bars")


def table(
    columns: Sequence[str | tuple[str, Literal["right"]]], rows: Sequence[Sequence[Child]], caption: str
) -> html.Div:
    """A plain table for short lists; (`name`, "right") is a column of numbers. `caption`: what is read out."""
    right = [not isinstance(column, str) for column in columns]
    names = [column if isinstance(column, str) else column[0] for column in columns]

    def cells(values: Sequence[Child], kind: Any, **props: Any) -> list[Component]:
        return [kind(v, className="hw-number" if r else None, **props) for v, r in zip(values, right, strict=True)]

    return html.Div(
        html.Table(
            [
                html.Caption(caption, className="hw-unseen"),
                html.Thead(html.Tr(cells(names, html.Th, scope="col"))),
                html.Tbody([html.Tr(cells(row, html.Td)) for row in rows]),
            ],
            className="hw-table",
        ),
        className="hw-table-scroll",
        tabIndex=0,
        role="region",
        **aria(label=caption),
    )


def skeleton(kind: Literal["tiles", "chart", "rows"], rows: int = 6) -> html.Div:
    """What stands where `kind` will be, of the same size, while it is being asked for."""
    if kind == "tiles":
        inside = [dmc.Skeleton(height=92, radius="md") for _ in range(4)]
        return html.Div(inside, className="hw-tiles", **aria(busy="true"))
    if kind == "chart":
        return html.Div(dmc.Skeleton(height=260, radius="md"), **aria(busy="true"))
    return html.Div([dmc.Skeleton(height=20, mb=14, radius="sm") for _ in range(rows)], **aria(busy="true"))


def copyable(text: str, label: str, *, code: bool = True) -> html.Div:
    """Text to take away with a copy button; `label` names it: "Copy snippet"."""
    shown: Component = html.Pre(html.Code(text), tabIndex=0) if code else html.Span(text, className="hw-copy-text")
    copies: dict[str, Any] = {"data-copy": text}
    button = html.Button(
        [icon("copy", 14), html.Span(label)], type="button", className="hw-button hw-small hw-copy", **copies
    )
    return html.Div([shown, button], className="hw-copyable" if code else "hw-copyable hw-inline")
