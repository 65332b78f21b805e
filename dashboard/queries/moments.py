"""What a visitor did in one session, moment by moment: clicks, taps and custom events with their names."""

from __future__ import annotations

import json
import uuid
from typing import Any, Literal

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.auth.access import Access
from dashboard.queries.cached import cached
from dashboard.queries.recordings import session_of
from dashboard.services import current
from storage import names
from storage.facts import FactKind

MomentKind = Literal["click", "tap", "rage", "dead", "error", "event"]
_KINDS: dict[int, MomentKind] = {
    FactKind.CLICK: "click",
    FactKind.TAP: "tap",
    FactKind.RAGE: "rage",
    FactKind.DEAD: "dead",
    FactKind.ERROR: "error",
    FactKind.EVENT: "event",
}
MOST = 2_000


class Moment(msgspec.Struct, frozen=True):
    """Something the visitor did, or what a click of theirs was found to be; `at_ms` counts from the session's start.

    `label`: the element's text (its selector where it has none) or the event's name; `props` of a custom event.
    """

    at_ms: int
    kind: MomentKind
    label: str
    page_view: int
    selector: str
    props: dict[str, Any]


class Moments(msgspec.Struct, frozen=True):
    """A session's moments in the order of their time; the first 2,000. `total`: how many there are."""

    items: list[Moment]
    total: int


@cached(Moments, needs="recording")
def moments(access: Access, session_id: uuid.UUID) -> Moments:
    """What happened in the session. Raises UnknownRecording."""
    services = current()
    with services.database.transaction(access.projects) as connection:
        doc = session_of(connection, access, session_id)
    facts = services.facts.read(
        access.project_id,
        doc.day,
        max(doc.day, doc.ended_at.date()),
        ["session", "page_view", "at", "kind", "element_id", "name_id", "props"],
    )
    told = pc.is_in(facts["kind"], value_set=pa.array([int(kind) for kind in _KINDS], pa.uint8()))
    mine = pc.equal(facts["session"], pa.scalar(session_id.bytes, pa.binary(16)))
    facts = facts.filter(pc.and_(mine, told)).sort_by([("at", "ascending"), ("kind", "ascending")])
    rows = facts.slice(0, MOST).to_pylist()
    with services.database.transaction(access.projects) as connection:
        elements = names.elements(connection, access.project_id, sorted({row["element_id"] for row in rows}))
        events = names.events(connection, access.project_id, sorted({row["name_id"] for row in rows}))
    begun = round(doc.started_at.timestamp() * 1000)
    return Moments([_moment(row, begun, elements, events) for row in rows], facts.num_rows)


def _moment(row: dict[str, Any], begun: int, elements: dict[int, tuple[str, str]], events: dict[int, str]) -> Moment:
    kind = _KINDS[row["kind"]]
    selector, text = elements.get(row["element_id"], ("", "")) if kind != "event" else ("", "")
    return Moment(
        at_ms=row["at"] - begun,
        kind=kind,
        label=events.get(row["name_id"], "") if kind == "event" else text or selector,
        page_view=row["page_view"],
        selector=selector,
        props=json.loads(row["props"] or "{}"),
    )
