"""Saved funnels of the project as a row of links above the builder."""

from __future__ import annotations

import msgspec
from dash import html
from dash.development.base_component import Component

from dashboard import in_place
from dashboard.funnels.definition import Definition
from dashboard.queries.saved_funnels import SavedFunnel
from dashboard.shell.aria import aria
from dashboard.shell.icons import icon
from dashboard.shell.view import View

PATH = "/funnels"


def saved_id(view: View) -> int | None:
    """The saved funnel that the address began from."""
    text = view.own.get("funnel", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def definition_of(funnel: SavedFunnel) -> Definition | None:
    """The funnel as it was saved; None for one that this version can't read."""
    try:
        return msgspec.convert(funnel.definition, Definition)
    except msgspec.ValidationError:
        return None


def saved_list(view: View, found: list[SavedFunnel]) -> Component:
    """Links to the saved funnels and to a new one; nothing while none is saved."""
    if not found:
        return html.Div()
    chosen = saved_id(view)
    links = []
    for each in found:
        definition = definition_of(each)
        if definition is None:
            continue
        links.append(
            in_place.link(
                [icon("funnel", 14), each.name],
                in_place.here(view, PATH, f=definition.text(), funnel=each.id),
                "hw-saved hw-current" if each.id == chosen else "hw-saved",
                **(aria(current="true") if each.id == chosen else {}),
            )
        )
    new = in_place.link([icon("plus", 14), "New funnel"], in_place.here(view, PATH, f=None, funnel=None), "hw-saved")
    return html.Nav([*links, new], className="hw-saved-list", **aria(label="Saved funnels"))
