"""`/funnels`: build a funnel step by step and see at once how far sessions came.

The address is what counts: each change of the form writes it (`f`), and form and answer follow it.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import msgspec
from dash import ALL, MATCH, ClientsideFunction, Input, Output, State, clientside_callback, ctx, dcc, html, no_update
from dash.development.base_component import Component

from dashboard import in_place
from dashboard.auth import guard
from dashboard.auth.access import Access
from dashboard.errors import Problem
from dashboard.funnels import answer, form
from dashboard.funnels.definition import Definition, new_step, read_definition, read_where, step_name
from dashboard.funnels.saved import saved_id, saved_list
from dashboard.queries.funnels import ClickStep, Step, funnel
from dashboard.queries.pages import pages
from dashboard.queries.saved_funnels import delete_funnel, save_funnel, saved_funnels
from dashboard.queries.suggestions import Suggestions, suggestions
from dashboard.recordings.behind import Behind
from dashboard.shell import answers, blocks
from dashboard.shell.aria import aria
from dashboard.shell.view import View, read_view

guard.page(__name__, needs="read", path="/funnels", title="Funnels · Heatwake", name="Funnels")

_FIELDS = (
    State(form.step_id("kind", ALL), "value"),
    State(form.step_id("value", ALL), "value"),
    State(form.step_id("more", ALL), "value"),
    State(form.step_id("more", ALL), "id"),
    State("funnel-order", "value"),
    State("funnel-window", "value"),
    State("funnel-breakdown", "value"),
)


def _definition(search: str) -> Definition:
    """Raises ValueError for an address that holds no funnel that can be read."""
    return read_definition(in_place.own_text(search, "f"))


def _known(access: Access, definition: Definition) -> Suggestions:
    """What steps can be, the elements of the definition's clicks among them."""
    known = suggestions(access)
    elements = dict(known.elements)
    for step in definition.steps:
        if isinstance(step, ClickStep) and step.selector and step.selector not in elements:
            found = dict(suggestions(access, step.selector).elements)
            elements[step.selector] = found.get(step.selector, "")
    return msgspec.structs.replace(known, elements=list(elements.items()))


def _answered(access: Access, view: View, definition: Definition, known: Suggestions) -> list[Component]:
    question = definition.question(view.period, view.filters)
    if question is None:
        return [answer.nothing_asked(view, pages(access, view.period, view.device, limit=4))]
    names = [step_name(step, dict(known.elements)) for step in definition.asked]
    return answer.answer(view, definition, funnel(access, question), names)


def _unreadable(view: View, error: ValueError) -> Component:
    return answers.answer(
        "This address holds no funnel that can be read",
        str(error),
        do="Copy the whole address again, or begin a new funnel.",
        action=in_place.link("New funnel", in_place.here(view, "/funnels", f=None, funnel=None), "hw-button"),
        picture="funnel",
    )


def layout(**query: str) -> Component:
    """Builder at the left, answer at the right."""
    search = urlencode([(name, value) for name, value in query.items() if value is not None], doseq=True)
    view = read_view(search)
    access = guard.access(view.project_id)
    try:
        definition = _definition(search)
    except ValueError as error:
        definition, failed = Definition(), [_unreadable(view, error)]
    else:
        failed = []
    known = _known(access, definition)
    kept = saved_funnels(access)
    name = next((each.name for each in kept if each.id == saved_id(view)), "")
    builder = blocks.card(
        html.Ol(form.steps(definition, known), id="funnel-steps", className="hw-steps"),
        html.Div(form.add_buttons(len(definition.steps)), id="funnel-add"),
        html.Div(form.settings(definition), id="funnel-settings"),
        html.Div(id="funnel-said", **aria(live="polite")),
        form.saving(name, bool(name)) if access.allows("write") else None,
        title="Steps",
        className="hw-builder",
    )
    return blocks.page(
        blocks.header("Funnels", "How far visitors come on their way, and where they leave it."),
        html.Div(saved_list(view, kept), id="funnel-saved"),
        html.Div(
            [
                builder,
                html.Div(
                    failed or _answered(access, view, definition, known), id="funnel-answer", className="hw-stack"
                ),
            ],
            className="hw-with-builder",
        ),
        dcc.Store(id="funnel-definition", data=definition.text()),
        dcc.Store(id="funnel-kept", data=None),
        wide=True,
    )


def _read_form(
    kinds: list[str],
    values: list[str | None],
    more: list[str | None],
    more_ids: list[dict[str, Any]],
    order: str,
    window: str,
    breakdown: str,
) -> Definition:
    """What the form says. Raises ValueError, in words for the reader."""
    extra = {int(each["step"]): text or "" for each, text in zip(more_ids, more, strict=True)}
    steps: list[Step] = []
    for index, (kind, value) in enumerate(zip(kinds, values, strict=True)):
        text, told = form.read_value(kind, value or ""), extra.get(index, "").strip()
        where = read_where(told) if kind == "event" else {}
        steps.append(new_step(kind, text, told if kind == "click" else "", where))
    raw = {
        "steps": msgspec.to_builtins(steps),
        "order": order,
        "window_s": int(window),
        "breakdown": breakdown or None,
    }
    return msgspec.convert(raw, Definition)


@guard.callback(
    Output("funnel-definition", "data", allow_duplicate=True),
    Output("funnel-said", "children", allow_duplicate=True),
    Input(form.step_id("value", ALL), "value"),
    Input(form.step_id("more", ALL), "value"),
    Input("funnel-order", "value"),
    Input("funnel-window", "value"),
    Input("funnel-breakdown", "value"),
    *_FIELDS,
    needs="read",
    prevent_initial_call=True,
)
def edited(*given: Any) -> tuple[Any, Any]:
    """The form says something else now."""
    try:
        return _read_form(*given[5:]).text(), None
    except ValueError as error:
        return no_update, html.P(str(error), className="hw-bad", role="alert")


@guard.callback(
    Output("funnel-definition", "data", allow_duplicate=True),
    Output("funnel-steps", "children", allow_duplicate=True),
    Output("funnel-add", "children", allow_duplicate=True),
    Input({"funnel": "add", "kind": ALL}, "n_clicks"),
    Input(form.step_id("remove", ALL), "n_clicks"),
    Input(form.step_id("up", ALL), "n_clicks"),
    Input(form.step_id("down", ALL), "n_clicks"),
    Input(form.step_id("kind", ALL), "value"),
    *_FIELDS,
    State("url", "search"),
    needs="read",
    prevent_initial_call=True,
)
def rebuilt(add: Any, remove: Any, up: Any, down: Any, kind: Any, *given: Any) -> tuple[Any, Any, Any]:
    """A step was added, taken away, moved, or is of another kind now."""
    asked = ctx.triggered_id
    if not isinstance(asked, dict) or not ctx.triggered[0]["value"]:
        return no_update, no_update, no_update
    search = given[-1]
    try:
        definition = _read_form(*given[:-1])
    except ValueError:
        definition = _definition(search)
    steps, index = list(definition.steps), int(asked.get("step", -1))
    match asked["funnel"]:
        case "add":
            steps.append(new_step(asked["kind"], ""))
        case "remove":
            steps.pop(index)
        case "up":
            steps.insert(index - 1, steps.pop(index))
        case "down":
            steps.insert(index + 1, steps.pop(index))
    definition = msgspec.structs.replace(definition, steps=steps)
    known = _known(guard.access(read_view(search).project_id), definition)
    return definition.text(), form.steps(definition, known), form.add_buttons(len(steps))


@guard.callback(
    Output(form.step_id("value", MATCH), "data"),
    Input(form.step_id("value", MATCH), "value"),
    State(form.step_id("kind", MATCH), "value"),
    State("url", "search"),
    needs="read",
    prevent_initial_call=True,
)
def suggested(text: str | None, kind: str, search: str) -> Any:
    """What has been seen that contains what is being typed."""
    access = guard.access(read_view(search).project_id)
    return form.choices(kind, suggestions(access, form.read_value(kind, text or "")[:200]))


@guard.callback(
    Output("funnel-answer", "children"),
    Output("funnel-steps", "children"),
    Output("funnel-add", "children"),
    Output("funnel-settings", "children"),
    Output("funnel-definition", "data"),
    Output("funnel-saved", "children"),
    Input("url", "search"),
    State("funnel-definition", "data"),
    needs="read",
    prevent_initial_call=True,
)
def shown(search: str, built: str) -> tuple[Any, ...]:
    """The answer follows the address; so does the form, when the address was not written by it."""
    view = read_view(search)
    access = guard.access(view.project_id)
    kept = saved_list(view, saved_funnels(access))
    try:
        definition = _definition(search)
    except ValueError as error:
        return [_unreadable(view, error)], no_update, no_update, no_update, no_update, kept
    known = _known(access, definition)
    found = _answered(access, view, definition, known)
    if definition.text() == built:
        return found, no_update, no_update, no_update, no_update, kept
    steps = form.steps(definition, known)
    added = form.add_buttons(len(definition.steps))
    return found, steps, added, form.settings(definition), definition.text(), kept


@guard.callback(
    Output("funnel-answer", "children", allow_duplicate=True),
    Output("funnel-as-of", "children"),
    Input("tick", "n_intervals"),
    State("url", "search"),
    State("funnel-counts", "data"),
    needs="read",
    prevent_initial_call=True,
)
def followed(tick: int | None, search: str, before: str) -> tuple[Any, Any]:
    """The answer follows what arrives; while nothing does only the time goes on, so that nobody loses their place."""
    view = read_view(search)
    access = guard.access(view.project_id)
    try:
        definition = _definition(search)
    except ValueError:
        return no_update, no_update
    question = definition.question(view.period, view.filters)
    if question is None:
        return no_update, no_update
    found = funnel(access, question)
    if answer.counts(found) == before:
        return no_update, blocks.as_of(found.as_of, live=view.live)
    return _answered(access, view, definition, _known(access, definition)), no_update


@guard.callback(
    Output("url", "href", allow_duplicate=True),
    Input("funnel-chart", "clickData"),
    State("url", "search"),
    needs="read",
    prevent_initial_call=True,
)
def opened(clicked: dict[str, Any] | None, search: str) -> Any:
    """A bar opens the recordings that it counts."""
    if not clicked:
        return no_update
    step, outcome = clicked["points"][0]["customdata"]
    return read_view(search).link("/recordings", **Behind(_definition(search), int(step), outcome).parameters())


@guard.callback(
    Output("funnel-kept", "data"),
    Output("funnel-said", "children"),
    Output("funnel-name", "value"),
    Output("funnel-saved", "children", allow_duplicate=True),
    Input("funnel-save", "n_clicks"),
    Input("funnel-save-new", "n_clicks"),
    Input("funnel-delete", "n_clicks"),
    State("funnel-name", "value"),
    State("funnel-definition", "data"),
    State("url", "search"),
    needs="write",
    prevent_initial_call=True,
)
def kept(save: Any, new: Any, delete: Any, name: str | None, text: str, search: str) -> tuple[Any, ...]:
    """Saves, renames or deletes; what was deleted stays in the form, so that saving it brings it back."""
    if not ctx.triggered[0]["value"]:
        return no_update, no_update, no_update, no_update
    view = read_view(search)
    access = guard.access(view.project_id, "write")
    funnel_id = saved_id(view)
    try:
        if ctx.triggered_id == "funnel-delete" and funnel_id is not None:
            delete_funnel(access, funnel_id)
            said = html.P(
                "Deleted. It is still in the form: “Save funnel” brings it back.", className="hw-good", role="status"
            )
            return {"funnel": None}, said, no_update, saved_list(view, saved_funnels(access))
        definition = read_definition(text)
        if not definition.asked:
            raise ValueError("There is nothing to save yet: fill in the first step.")
        wanted = (name or "").strip() or " → ".join(step_name(step) for step in definition.asked)[:200]
        known = {each.id for each in saved_funnels(access)}
        change = funnel_id if ctx.triggered_id == "funnel-save" and funnel_id in known else None
        made = save_funnel(access, wanted, msgspec.to_builtins(definition), change)
    except (Problem, ValueError) as error:
        message = error.message if isinstance(error, Problem) else str(error)
        return no_update, html.P(message, className="hw-bad", role="alert"), no_update, no_update
    said = html.P(f"Saved as “{wanted}”.", className="hw-good", role="status")
    return {"funnel": made}, said, wanted, saved_list(view, saved_funnels(access))


@guard.callback(
    Output("funnel-save", "children"),
    Output("funnel-save-new", "hidden"),
    Output("funnel-delete", "hidden"),
    Output("funnel-name", "value", allow_duplicate=True),
    Input("url", "search"),
    State("funnel-name", "value"),
    needs="read",
    prevent_initial_call=True,
)
def named(search: str, name: str | None) -> tuple[Any, ...]:
    """Which saved funnel the form began from."""
    view = read_view(search)
    found = next((each for each in saved_funnels(guard.access(view.project_id)) if each.id == saved_id(view)), None)
    if found is None:
        began_anew = not in_place.own_text(search, "f")
        return "Save funnel", True, True, "" if began_anew else no_update
    return "Save", False, False, found.name


clientside_callback(
    ClientsideFunction("in_place", "funnel"), Input("funnel-definition", "data"), prevent_initial_call=True
)
clientside_callback(ClientsideFunction("in_place", "kept"), Input("funnel-kept", "data"), prevent_initial_call=True)
