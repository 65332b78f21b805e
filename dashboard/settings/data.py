"""For how long data is kept, and removing all of one visitor: asks first, then shows what was removed and proves it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import dash_mantine_components as dmc
import msgspec
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.auth.access import Access
from dashboard.queries import erasures, retention
from dashboard.queries.erasures import Erasure
from dashboard.settings.actions import button
from dashboard.settings.rules import number
from dashboard.settings.tabs import entry, notice
from dashboard.shell import words
from dashboard.shell.blocks import badge, card, empty, table
from storage.removal.retention import Keeps, RemovedDay

KINDS: Final = [{"value": "visitor", "label": "Visitor id"}, {"value": "user", "label": "User id (identify)"}]
BYTES: Final = "recorded bytes"


def retention_card(access: Access) -> Component:
    """Days that recordings and all else are kept."""
    found, admin = retention.keeps(access), access.allows("admin")
    return card(
        html.Div(
            [
                _days("keep-recordings", found.recordings_days, "Days that recordings are kept",
                      "Then they can't be played; their sessions still count.", admin),
                _days("keep-facts", found.facts_days, "Days that sessions are kept",
                      "With their recordings, part of heatmaps and funnels.", admin),
            ],
            className="hw-numbers",
        ),
        html.Div(button("Save days", "keep-save"), className="hw-form-foot") if admin else None,
        title="How long data is kept",
        note="whole days, UTC; removed by the workers, within minutes of what you save",
    )  # fmt: skip


def _days(field: str, days: int | None, label: str, about: str, admin: bool) -> Component:
    return dmc.NumberInput(
        id=field, value="" if days is None else days, min=1, allowDecimal=False, allowNegative=False,
        thousandSeparator=" ", placeholder="for ever", label=label, description=about, disabled=not admin,
    )  # fmt: skip


def keeps_of(recordings: Any, facts: Any) -> Keeps:
    """The days that the fields hold."""
    return Keeps(number(recordings), number(facts))


def removed_card(access: Access) -> Component | None:
    """What the days that ran out have lost, if any did."""
    found = retention.removed(access)
    if not found:
        return None
    return card(
        table(
            ["Day", "What", ("Removed", "right"), ("Size", "right"), ("When", "right")],
            [[words.day(each.day), _what(each), _many(each), words.size(each.recording_bytes) if each.recording_bytes
              else "", words.moment(each.removed_at)] for each in found],
            "Days that ran out",
        ),
        title="Removed because its time ran out", flush=True,
    )  # fmt: skip


def _what(each: RemovedDay) -> str:
    return "Recordings" if each.what == "recordings" else "Sessions and all that is known of them"


def _many(each: RemovedDay) -> str:
    if each.what == "recordings":
        return f"{each.recordings:,} recordings"
    return f"{each.sessions:,} sessions, {each.page_views:,} page views"


def erase_card(kind: str = "visitor", name: str = "", asked: Component | None = None) -> Component:
    """The form: whom, then what there is, then the button that removes it."""
    whom = dcc.Input(id="erase-name", value=name, className="hw-input", maxLength=200, autoComplete="off")
    return card(
        html.P(
            "Removes every trace: sessions, page views, events, clicks in heatmaps and funnels, recordings, links,"
            " and what is still on its way. Then every store is searched again. This can't be undone. A recording's"
            " page and the API show a visitor's id.",
            className="hw-quiet",
        ),
        html.Div(
            [
                entry(
                    "Known by", dmc.Select(id="erase-kind", data=KINDS, value=kind, allowDeselect=False), "erase-kind"
                ),
                entry("Id", whom, "erase-name"),
                button("See what there is", "erase-look"),
            ],
            className="hw-form-row",
        ),
        html.Div(asked, id="erase-asked"),
        title="Erase a visitor or user",
        className="hw-erase",
    )


def question(kind: str, name: str, found: Mapping[str, int]) -> Component:
    """What there is of them, and the button that removes it."""
    them = "this visitor" if kind == "visitor" else f"the user {name}"
    listed = [
        f"{words.size(number)} of recordings" if what == BYTES else _so_many(number, what)
        for what, number in found.items()
        if number
    ]
    stored = f"Stored of {them}: {', '.join(listed)}." if listed else f"Nothing is stored of {them}."
    more = " Requests that are still on their way go too." if listed else " Requests that are on their way will go."
    return html.Div(
        [
            notice(stored + more, "warn"),
            html.Div(
                button("Erase for good", "erase-go", confirm="Erase for good? Press again"), className="hw-form-foot"
            ),
        ]
    )


def erasures_card(access: Access) -> Component:
    """Erasures that were asked for, with their receipts."""
    found = erasures.newest(access).items
    if not found:
        return card(empty("Nobody was erased yet", "Receipts of erasures stand here, without whom they were about."))
    return card(
        table(
            ["Asked for", "Whom", "State", "Removed", "Searched afterwards", ("", "right")],
            [[words.moment(each.asked_at), html.Span([each.kind, " ", html.Code(each.subject.hash[:12])]), _state(each),
              _removed(each), _searched(each), _receipt(each)] for each in found],
            "Erasures",
        ),
        title="Erasures", note="kept as salted hashes: who has the id can check that it is theirs", flush=True,
    )  # fmt: skip


def under_way(access: Access) -> bool:
    """Whether one of the erasures is not done."""
    return any(each.state != "done" for each in erasures.newest(access).items)


def _state(each: Erasure) -> Component:
    if each.state == "done":
        return badge("Done", "good")
    return html.Span([badge("Under way", "warn"), html.Span(each.waits_for, className="hw-advice")])


def _removed(each: Erasure) -> str:
    things = {what: number for what, number in each.removed.items() if number}
    return ", ".join(_so_many(number, what) for what, number in things.items()) or "nothing was there"


def _so_many(number: int, what: str) -> str:
    """`1 session`, `2 page views`."""
    name = what.replace("_", " ")
    return f"{number:,} {name.removesuffix('s') if number == 1 else name}"


def _searched(each: Erasure) -> str:
    if each.found_after is None:
        return ""
    left = sum(each.found_after.values())
    return f"{len(each.found_after)} places, {'nothing' if not left else f'{left:,} things'} left"


def _receipt(each: Erasure) -> Component:
    data = json.dumps(msgspec.to_builtins(each), indent=2)
    return html.A(
        "Receipt",
        href="data:application/json;charset=utf-8," + quote(data),
        download=f"heatwake-erasure-{each.erasure_id}.json",
        className="hw-button hw-small",
    )
