"""The form of the funnel builder: its steps with add, remove and reorder, and how they belong together."""

from __future__ import annotations

from typing import Any, Final

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.funnels.definition import (
    BREAKDOWNS,
    KINDS,
    MOST_STEPS,
    ORDERS,
    WINDOWS,
    Definition,
    kind_of,
    said,
    written_where,
)
from dashboard.queries.funnels import ClickStep, EventStep, Step
from dashboard.queries.suggestions import Suggestions
from dashboard.shell.aria import aria
from dashboard.shell.icons import IconName, icon

_BETWEEN: Final = " · "  # an element's text and its selector
_ASKS: Final = {"page": "Address, * stands for anything", "event": "Name of the event", "click": "Element"}


def step_id(part: str, index: Any) -> dict[str, Any]:
    """The id of a part of a step's row; `index` may be ALL or MATCH."""
    return {"funnel": part, "step": index}


def steps(definition: Definition, known: Suggestions) -> list[Component]:
    """A row a step."""
    return [_row(index, step, len(definition.steps), known) for index, step in enumerate(definition.steps)]


def _row(index: int, step: Step, number: int, known: Suggestions) -> html.Li:
    kind = kind_of(step)
    fields: list[Component] = [
        dmc.Select(
            id=step_id("kind", index),
            data=[{"value": name, "label": word} for name, word in KINDS.items()],
            value=kind,
            allowDeselect=False,
            w=104,
            **aria(label=f"Kind of step {index + 1}"),
        ),
        dmc.Autocomplete(
            id=step_id("value", index),
            data=choices(kind, known),
            value=shown(step, known),
            placeholder=_ASKS[kind],
            limit=30,
            debounce=200,
            maxDropdownHeight=320,
            className="hw-grow",
            comboboxProps={"width": "target", "position": "bottom-start"},
            **aria(label=f"{KINDS[kind]} of step {index + 1}"),
        ),
    ]
    if isinstance(step, EventStep):
        fields.append(_more(index, written_where(step.where), "where plan = pro", "Properties of the event"))
    elif isinstance(step, ClickStep):
        fields.append(_more(index, step.url, "on any page", "Page of the click"))
    return html.Li(
        [
            html.Span(str(index + 1), className="hw-chapter-dot hw-numbers"),
            html.Div(fields, className="hw-step-fields"),
            html.Div(
                [
                    _button("up", index, "arrow-up", f"Move step {index + 1} up", index == 0),
                    _button("down", index, "arrow-down", f"Move step {index + 1} down", index == number - 1),
                    _button("remove", index, "close", f"Remove step {index + 1}"),
                ],
                className="hw-step-buttons",
            ),
        ],
        className="hw-step",
    )


def _more(index: int, value: str, hint: str, label: str) -> Component:
    return dmc.TextInput(
        id=step_id("more", index),
        value=value,
        placeholder=hint,
        debounce=True,
        className="hw-grow",
        **aria(label=label),
    )


def _button(action: str, index: int, picture: IconName, label: str, disabled: bool = False) -> html.Button:
    return html.Button(
        icon(picture, 14),
        id=step_id(action, index),
        type="button",
        disabled=disabled,
        className="hw-icon-button",
        title=label,
        **aria(label=label),
    )


def choices(kind: str, known: Suggestions) -> list[str]:
    """What a step of this kind can ask for, as far as it has been seen."""
    if kind == "event":
        return list(known.events)
    if kind == "click":
        return [_element(selector, text) for selector, text in known.elements]
    return list(known.pages)


def _element(selector: str, text: str) -> str:
    return f"{text}{_BETWEEN}{selector}" if text else selector


def shown(step: Step, known: Suggestions) -> str:
    """What the step's field holds; an element with its text, where that is known."""
    if isinstance(step, ClickStep) and step.selector:
        return _element(step.selector, dict(known.elements).get(step.selector, ""))
    return said(step)


def read_value(kind: str, text: str) -> str:
    """What a step's field asks for."""
    text = text.strip()
    return text.rsplit(_BETWEEN, 1)[-1] if kind == "click" else text


def settings(definition: Definition) -> Component:
    """Order, window and breakdown."""
    windows = WINDOWS | ({} if definition.window_s in WINDOWS else {definition.window_s: f"{definition.window_s:,} s"})
    return html.Div(
        [
            _select("order", "Order", {str(name): word for name, word in ORDERS.items()}, definition.order),
            _select(
                "window",
                "Within",
                {str(each): word for each, word in sorted(windows.items())},
                str(definition.window_s),
            ),
            _select(
                "breakdown",
                "Broken down by",
                {"": "Nothing"} | {str(name): word for name, word in BREAKDOWNS.items()},
                definition.breakdown or "",
            ),
        ],
        className="hw-funnel-settings",
    )


def _select(name: str, label: str, data: dict[str, str], value: str) -> Component:
    return dmc.Select(
        id=f"funnel-{name}",
        label=label,
        data=[{"value": each, "label": word} for each, word in data.items()],
        value=value,
        allowDeselect=False,
    )


def add_buttons(number: int) -> Component:
    """One button a kind of step."""
    pictures: dict[str, IconName] = {"page": "globe", "event": "flag", "click": "pointer"}
    return html.Div(
        [
            html.Button(
                [icon("plus", 14), word],
                id={"funnel": "add", "kind": kind},
                type="button",
                className="hw-button",
                disabled=number >= MOST_STEPS,
                title=f"Add a step: {word.lower()}",
            )
            for kind, word in KINDS.items()
            if kind in pictures
        ],
        className="hw-add-step",
        **aria(label="Add a step"),
    )


def saving(name: str, saved: bool) -> Component:
    """Name and keep the funnel."""
    return html.Div(
        [
            dcc.Input(
                id="funnel-name",
                type="text",
                value=name,
                placeholder="Name this funnel",
                maxLength=200,
                autoComplete="off",
                className="hw-funnel-name",
            ),
            html.Button(
                "Save" if saved else "Save funnel", id="funnel-save", type="button", className="hw-button hw-primary"
            ),
            html.Button("Save as new", id="funnel-save-new", type="button", className="hw-button", hidden=not saved),
            html.Button(
                icon("trash", 16),
                id="funnel-delete",
                type="button",
                className="hw-button",
                hidden=not saved,
                title="Delete this funnel",
                **aria(label="Delete this funnel"),
            ),
        ],
        className="hw-funnel-saving",
    )
