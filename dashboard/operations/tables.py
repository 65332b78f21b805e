"""Operations' tables: each store's health and size, what waits, what was refused, what could not be used."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.ledger.outcomes import ADVICE
from dashboard.queries.operations import Operations
from dashboard.shell import words
from dashboard.shell.blocks import badge, table
from dashboard.shell.icons import icon

NONE = "\N{EN DASH}"


def stores(answer: Operations) -> Component:
    """Each store: whether it answers, how fast, what it holds."""
    return table(
        ["Store", "State", ("Answers in", "right"), ("Holds", "right"), ("Size", "right")],
        [
            [
                store.store.capitalize(),
                html.Span([badge("Well", "good") if store.healthy else badge("Does not answer", "bad"),
                           html.Span(store.cause, className="hw-advice") if store.cause else None]),
                f"{store.check_ms:,.1f} ms",
                f"{store.items:,}" if store.items is not None else NONE,
                words.size(store.bytes) if store.bytes is not None else NONE,
            ]
            for store in answer.stores
        ],
        "Stores with their health and size",
    )  # fmt: skip


def streams(answer: Operations) -> Component:
    """What each shard of the event stream keeps: entries that the worker has not trimmed yet."""
    if not answer.streams:
        return html.P("The event stream does not answer.", className="hw-quiet hw-inset")
    most = max(max(entries for _, entries in answer.streams), 1)
    return html.Ol(
        [
            html.Li(
                html.Div(
                    [
                        html.Span(className="hw-bar-fill", style={"width": f"{100 * entries / most:.1f}%"}),
                        html.Span(f"Shard {shard}", className="hw-bar-name"),
                        html.Span(f"{entries:,}", className="hw-bar-number"),
                    ],
                    className="hw-bar",
                )
            )
            for shard, entries in answer.streams
        ],
        className="hw-bars",
    )


def refusals(answer: Operations) -> Component:
    """What was turned away, of every project that this page sees and of unknown sites."""
    if not answer.refusals:
        return html.P("Nothing was turned away in this period.", className="hw-quiet hw-inset")
    return table(
        ["Reason", "What it means", ("Requests", "right")],
        [
            [
                html.Code(reason),
                html.Span([meaning, html.Span(ADVICE.get(reason), className="hw-advice")]),
                f"{requests:,}",
            ]
            for reason, meaning, requests in answer.refusals
        ],
        "Refused requests by reason",
    )


def dead_letters(answer: Operations) -> Component:
    """The newest records that the worker could not use."""
    if not answer.dead:
        return html.P(
            [icon("check", 16), " No record is waiting to be looked at."], className="hw-quiet hw-inset hw-row"
        )
    return table(
        ["Where", "Reason", "Error"],
        [[html.Code(source), html.Code(reason), error] for source, reason, error in answer.dead],
        "The newest dead letters",
    )
