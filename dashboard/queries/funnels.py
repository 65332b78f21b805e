"""Funnels: how many sessions went through an order of steps; always retroactive, always exact."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.auth.access import Access
from dashboard.queries.cached import cached
from dashboard.queries.filters import MOST_SESSIONS, Filters, matching_sessions
from dashboard.queries.funnel_engine import Order, Progress, progress
from dashboard.queries.periods import Period
from dashboard.services import current
from storage import page_traffic
from storage.facts import FactKind
from storage.names import element_by_selector, event_by_name
from storage.postgres import Connection
from storage.session_index import FACETS, SessionFilter

Value = str | int | float | bool | None


class PageStep(msgspec.Struct, frozen=True, tag_field="kind", tag="page"):
    """A page was viewed; `url` is an address in which `*` stands for anything."""

    url: str = msgspec.field(default="*")

    @property
    def label(self) -> str:
        return self.url


class EventStep(msgspec.Struct, frozen=True, tag_field="kind", tag="event"):
    """A custom event happened, with these properties if `where` is given."""

    name: str
    where: dict[str, Value] = {}

    @property
    def label(self) -> str:
        return self.name


class ClickStep(msgspec.Struct, frozen=True, tag_field="kind", tag="click"):
    """An element was clicked or tapped, on the pages that `url` names if it is given."""

    selector: str
    url: str = ""

    @property
    def label(self) -> str:
        return self.selector


Step = PageStep | EventStep | ClickStep
Outcome = Literal["reached", "dropped"]
Breakdown = Literal["device", "browser", "os", "country", "referrer_host", "utm_source"]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A funnel over what happened in [start, end); `window_s` is the time from the first step to the last."""

    steps: list[Step]
    start: dt.datetime
    end: dt.datetime
    order: Order = "ordered"
    window_s: int = 3600
    breakdown: Breakdown | None = None
    filters: Filters | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.steps) <= 12:
            raise ValueError("A funnel has 1 to 12 steps.")
        if not 1 <= self.window_s <= 30 * 86_400:
            raise ValueError("The window is 1 second to 30 days.")
        _ = self.period

    @property
    def period(self) -> Period:
        return Period(self.start, self.end)


class StepCount(msgspec.Struct, frozen=True):
    """A step's sessions; `rate` of those who began; `dropped` came to the step before, not here.

    `median_s`: median seconds from the first step to this one, of the chain that reached it first; None if nobody did.
    """

    name: str
    count: int
    rate: float
    dropped: int
    median_s: float | None


class Part(msgspec.Struct, frozen=True):
    """The funnel of the sessions that share a value of the breakdown."""

    value: str
    counts: list[int]


class TimeBin(msgspec.Struct, frozen=True):
    """Sessions that took from `from_s` up to, not including, `to_s` seconds."""

    from_s: int
    to_s: int
    count: int


class Funnel(msgspec.Struct, frozen=True):
    """The answer to a Question; `sessions`: how many were looked at.

    `times`: time from the first step to the last of those who did all, from the first bin with a session to the last.
    """

    steps: list[StepCount]
    breakdown: list[Part]
    sessions: int
    as_of: dt.datetime
    times: list[TimeBin] = []


# Edges of the time bins in seconds: each about twice the one before, at lengths that people have words for.
TIME_EDGES = (
    *(0, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 28_800),
    *(days * 86_400 for days in (1, 2, 4, 7, 14, 31)),
)


class SessionIds(msgspec.Struct, frozen=True):
    """Sessions behind a bar."""

    ids: list[uuid.UUID]


def _step_rows(connection: Connection, project_id: int, step: Step, facts: pa.Table) -> npt.NDArray[np.bool_]:
    """Which rows are this step; shape (rows,)."""
    kind = facts["kind"]
    if isinstance(step, EventStep):
        name_id = event_by_name(connection, project_id, step.name)
        keep = pc.and_(pc.equal(kind, int(FactKind.EVENT)), pc.equal(facts["name_id"], name_id or -1))
        found = np.array(keep.to_numpy(), bool)
        if step.where:
            for row in np.flatnonzero(found):
                props = json.loads(facts["props"][int(row)].as_py() or "{}")
                found[row] = all(key in props and props[key] == value for key, value in step.where.items())
        return found
    keep = (
        pc.equal(kind, int(FactKind.PAGE))
        if isinstance(step, PageStep)
        else pc.or_(pc.equal(kind, int(FactKind.CLICK)), pc.equal(kind, int(FactKind.TAP)))
    )
    if isinstance(step, ClickStep):
        element_id = element_by_selector(connection, project_id, step.selector)
        keep = pc.and_(keep, pc.equal(facts["element_id"], element_id or -1))
    if step.url and step.url != "*":
        pages = page_traffic.pages_like(connection, project_id, step.url)
        keep = pc.and_(keep, pc.is_in(facts["page_id"], value_set=pa.array(pages, pa.int64())))
    return np.array(keep.to_numpy(), bool)


def _run(access: Access, question: Question) -> tuple[list[bytes], Progress]:
    """The sessions looked at (16 bytes each, ascending) and how far each came."""
    period = question.period
    facts = current().facts.read(access.project_id, period.first_day - dt.timedelta(days=1), period.last_day)
    at = facts["at"]
    keep = pc.and_(
        pc.greater_equal(at, round(period.start.timestamp() * 1000)),
        pc.less(at, round(period.end.timestamp() * 1000)),
    )
    sessions = matching_sessions(access, period, question.filters)
    if sessions is not None:
        wanted = pa.array([session.bytes for session in sessions], pa.binary(16))
        keep = pc.and_(keep, pc.is_in(facts["session"], value_set=wanted))
    facts = facts.filter(keep).sort_by([("session", "ascending"), ("at", "ascending"), ("kind", "ascending")])
    column = facts["session"].combine_chunks()
    encoded = (column if isinstance(column, pa.Array) else pa.concat_arrays(column.chunks)).dictionary_encode()
    with current().database.transaction(access.projects) as connection:
        matches = np.stack([_step_rows(connection, access.project_id, step, facts) for step in question.steps])
    reached = progress(
        encoded.indices.to_numpy().astype(np.int64),
        facts["at"].to_numpy(),
        matches,
        question.order,
        question.window_s * 1000,
    )
    return encoded.dictionary.to_pylist(), reached


def _counts(depth: npt.NDArray[np.int64], steps: int) -> list[int]:
    return [int((depth >= step).sum()) for step in range(1, steps + 1)]


@cached(Funnel)
def funnel(access: Access, question: Question) -> Funnel:
    """How many sessions came to each step."""
    sessions, reached = _run(access, question)
    counts = _counts(reached.depth, len(question.steps))
    steps = []
    for index, (step, count) in enumerate(zip(question.steps, counts, strict=True)):
        times = reached.elapsed[:, index]
        times = times[times >= 0]
        steps.append(
            StepCount(
                name=step.label,
                count=count,
                rate=round(count / counts[0], 4) if counts[0] else 0.0,
                dropped=counts[index - 1] - count if index else 0,
                median_s=round(float(np.median(times)) / 1000, 3) if len(times) else None,
            )
        )
    return Funnel(
        steps,
        _broken_down(access, question, sessions, reached),
        len(sessions),
        dt.datetime.now(dt.UTC),
        time_bins(reached.elapsed[:, -1]),
    )


def time_bins(elapsed: npt.NDArray[np.int64]) -> list[TimeBin]:
    """How long it took, in bins of TIME_EDGES; elapsed: shape (sessions,), ms, -1: never there."""
    counts, _ = np.histogram(elapsed[elapsed >= 0] / 1000, TIME_EDGES)
    filled = np.flatnonzero(counts)
    if not len(filled):
        return []
    return [TimeBin(TIME_EDGES[bin], TIME_EDGES[bin + 1], int(counts[bin])) for bin in range(filled[0], filled[-1] + 1)]


def _broken_down(access: Access, question: Question, sessions: list[bytes], reached: Progress) -> list[Part]:
    """The funnel by each value of the breakdown, commonest first, at most 20."""
    if question.breakdown is None:
        return []
    assert question.breakdown in FACETS
    values = current().sessions.values(
        access.project_id,
        SessionFilter(start=question.start - dt.timedelta(days=1), end=question.end),
        question.breakdown,
        MOST_SESSIONS,
    )
    named = np.array([values.get(uuid.UUID(bytes=session), "") for session in sessions], object)
    parts = [
        Part(str(value), _counts(reached.depth[named == value], len(question.steps))) for value in np.unique(named)
    ]
    return sorted(parts, key=lambda part: (-part.counts[0], part.value))[:20]


@cached(SessionIds)
def sessions_behind(
    access: Access, question: Question, step: int, outcome: Literal["reached", "dropped"]
) -> SessionIds:
    """The sessions that reached step number `step` (from 0), or that came to it and did not go on to the next."""
    sessions, reached = _run(access, question)
    chosen = reached.depth > step if outcome == "reached" else reached.depth == step + 1
    return SessionIds([uuid.UUID(bytes=sessions[row]) for row in np.flatnonzero(chosen)[:10_000]])
