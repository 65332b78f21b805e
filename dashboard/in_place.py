"""Links and forms that change the address of a page without drawing the page anew (assets/in_place.js)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.shell.aria import aria
from dashboard.shell.blocks import Child
from dashboard.shell.icons import icon
from dashboard.shell.view import View


def here(view: View, path: str, **changes: object) -> str:
    """The address of `path` with all of the view's parameters, the page's own too, and these changed."""
    return view.link(path, **{**view.own, **changes})


def own_text(search: str | None, name: str) -> str:
    """The first value of a parameter as long as it is; `view.own` has its first 200 characters."""
    try:
        return dict(reversed(parse_qsl((search or "").lstrip("?"), max_num_fields=200))).get(name, "")
    except ValueError:
        return ""


def data(**attributes: str | int) -> dict[str, Any]:
    """`**data(label="Views")` gives `data-label`; `_` in a name becomes `-`."""
    return {f"data-{name.replace('_', '-')}": str(value) for name, value in attributes.items()}


def link(children: Child | Sequence[Child], href: str, class_name: str = "", **props: Any) -> html.A:
    """A link to another view of the same page; elsewhere it acts as any link."""
    return html.A(children, href=href, className=f"hw-in-place {class_name}".strip(), **props)


def tabs(label: str, choices: Sequence[tuple[str, Child | Sequence[Child], str]], chosen: str) -> html.Nav:
    """Views of a page of which one is shown: (name, what it is called, address)."""
    return html.Nav(
        [
            link(
                words,
                href,
                "hw-segment hw-current" if name == chosen else "hw-segment",
                **(aria(current="true") if name == chosen else {}),
            )
            for name, words, href in choices
        ],
        className="hw-segments",
        **aria(label=label),
    )


def form(*controls: Component, label: str) -> html.Form:
    """Controls whose names are parameters of the address: a choice acts at once, typed text after a moment."""
    return html.Form(list(controls), className="hw-in-place hw-parameters", role="search", **aria(label=label))


def search(name: str, value: str, label: str) -> html.Label:
    """A field for words to look for."""
    field = dcc.Input(type="search", name=name, value=value, placeholder=label, autoComplete="off", maxLength=200)
    return html.Label([icon("search", 16), html.Span(label, className="hw-unseen"), field], className="hw-field")


def choice(name: str, choices: Mapping[str, str], chosen: str, label: str) -> html.Label:
    """One of several: value → word."""
    options = [html.Option(words, value=value, selected=value == chosen) for value, words in choices.items()]
    return html.Label(
        [html.Span(label, className="hw-field-label"), html.Select(options, name=name)], className="hw-field"
    )
