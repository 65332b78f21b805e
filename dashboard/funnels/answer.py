"""What a funnel found: chart, table, breakdown and time; every number opens the recordings that it counts."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import in_place
from dashboard.figures.funnel import MOST_PARTS, breakdown_bars, funnel_bars, time_histogram
from dashboard.funnels.definition import BREAKDOWNS, Definition
from dashboard.queries.funnels import Funnel, Outcome
from dashboard.queries.pages import Pages
from dashboard.recordings.behind import Behind
from dashboard.shell import blocks, words
from dashboard.shell.view import View


def answer(view: View, definition: Definition, funnel: Funnel, names: Sequence[str]) -> list[Component]:
    """The cards of the answer."""
    parts: list[Component] = [
        blocks.card(
            _summary(funnel),
            blocks.graph(
                funnel_bars(funnel, names), _read_out(funnel, names), id="funnel-chart", className="hw-funnel-chart"
            ),
            title="How far sessions came",
            note=f"{funnel.sessions:,} sessions looked at",
            actions=[html.Div(blocks.as_of(funnel.as_of, live=view.live), id="funnel-as-of")],
        ),
        blocks.card(_table(view, definition, funnel, names), flush=True, className="hw-funnel-table"),
    ]
    if funnel.breakdown and definition.breakdown:
        parts.append(_breakdown(definition, funnel, names))
    if len(funnel.steps) > 1 and funnel.times:
        done = funnel.steps[-1]
        parts.append(
            blocks.card(
                blocks.graph(time_histogram(funnel.times), f"How long {done.count:,} sessions took", id="funnel-times"),
                title="Time from the first step to the last",
                note=f"half within {_time(done.median_s)}",
            )
        )
    return [*parts, dcc.Store(id="funnel-counts", data=counts(funnel))]


def counts(funnel: Funnel) -> str:
    """What the answer shows, as text to tell whether another one would show the same."""
    return msgspec.json.encode([funnel.steps, funnel.breakdown, funnel.sessions]).decode()


def _time(seconds: float | None) -> str:
    return words.duration(seconds * 1000) if seconds is not None else "\N{EN DASH}"


def _summary(funnel: Funnel) -> Component:
    first, last = funnel.steps[0], funnel.steps[-1]
    if not first.count:
        return html.P("No session of this period did the first step.", className="hw-quiet")
    if len(funnel.steps) == 1:
        said = f"{first.count:,} {'session' if first.count == 1 else 'sessions'} did it. Add a step to see who goes on."
    else:
        said = f"{last.count:,} of {first.count:,} sessions did all {len(funnel.steps)} steps"
        if last.median_s is not None:
            said += f", half of them within {_time(last.median_s)}"
    return html.P([html.Strong(words.share(last.count, first.count)), html.Span(said)], className="hw-funnel-summary")


def _read_out(funnel: Funnel, names: Sequence[str]) -> str:
    return "; ".join(
        f"step {n}, {name}: {step.count:,} sessions"
        for n, (name, step) in enumerate(zip(names, funnel.steps, strict=True), 1)
    )


def _table(view: View, definition: Definition, funnel: Funnel, names: Sequence[str]) -> Component:
    rows = []
    for index, (step, name) in enumerate(zip(funnel.steps, names, strict=True)):
        before = funnel.steps[index - 1].count if index else step.count
        rows.append(
            [
                html.Span(
                    [html.Span(str(index + 1), className="hw-chapter-dot hw-numbers"), html.Span(name)],
                    className="hw-step-name",
                ),
                _opens(
                    view, definition, index, "reached", step.count, f"Recordings of those who came to step {index + 1}"
                ),
                words.share(step.count, funnel.steps[0].count),
                words.share(step.count, before) if index else "",
                _opens(
                    view,
                    definition,
                    index - 1,
                    "dropped",
                    step.dropped,
                    f"Recordings of those who dropped off before step {index + 1}",
                )
                if index
                else "",
                _time(step.median_s) if index else "",
            ]
        )
    return blocks.table(
        [
            "Step",
            ("Came here", "right"),
            ("Of the first", "right"),
            ("Of the step before", "right"),
            ("Dropped off", "right"),
            ("Half within", "right"),
        ],
        rows,
        "The funnel step by step",
    )


def _opens(view: View, definition: Definition, step: int, outcome: Outcome, number: int, title: str) -> Component | str:
    if not number:
        return "0"
    behind = Behind(definition, step, outcome)
    return dcc.Link(
        f"{number:,}", href=view.link("/recordings", **behind.parameters()), title=title, className="hw-opens"
    )


def _breakdown(definition: Definition, funnel: Funnel, names: Sequence[str]) -> Component:
    assert definition.breakdown
    word = BREAKDOWNS[definition.breakdown]
    table = blocks.table(
        [word, *[(f"Step {number}", "right") for number in range(1, len(names) + 1)], ("All the way", "right")],
        [
            [
                part.value or "(none)",
                *[f"{count:,}" for count in part.counts],
                words.share(part.counts[-1], part.counts[0]),
            ]
            for part in funnel.breakdown
        ],
        f"The funnel by {word.lower()}",
    )
    more = len(funnel.breakdown) > MOST_PARTS
    return blocks.card(
        blocks.graph(
            breakdown_bars(funnel.breakdown, names), f"The funnel by {word.lower()}", id="funnel-breakdown-chart"
        ),
        table,
        title=f"By {word.lower()}",
        note=f"the {MOST_PARTS} commonest are drawn" if more else "",
    )


def nothing_asked(view: View, most_viewed: Pages) -> Component:
    """Before the first step: where one can begin."""
    starts = [
        in_place.link(
            [html.Strong(row.title or row.url), html.Small(f"{words.count(row.views)} views")],
            in_place.here(
                view,
                "/funnels",
                f=f'{{"steps":[{{"kind":"page","url":{_quoted(row.url)}}},{{"kind":"page","url":""}}]}}',
            ),
            "hw-start",
        )
        for row in most_viewed.items[:4]
    ]
    return blocks.card(
        blocks.empty(
            "How many visitors get to where you want them?",
            "Name the steps on their way: pages, events that your site sends, or clicks. The answer covers all that was"
            " ever collected, so nothing has to be set up first.",
            *starts,
            picture="funnel",
        )
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
