"""The funnel engine: how far each session came through an order of steps; numpy over columns, no loop over sessions.

Rows are facts of one project, sorted by session and time. `matches[s]` says which rows are step s. A chain of length k
that ends at a row is kept by its *latest possible start*: of two chains of equal length the one that started later fits
into every window that the other fits into, so one number a row is enough and the answer is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Order = Literal["ordered", "strict", "any"]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NEVER = np.iinfo(np.int64).min // 4


@dataclass(frozen=True)
class Progress:
    """What each session did. S sessions, N steps.

    depth: shape (S,), int64, 0 to N: the most steps done.
    elapsed: shape (S, N), int64, ms from the start of the chain that reached step s first to reaching it; -1: never.
    """

    depth: Ints
    elapsed: Ints


def _running_max(values: Ints, session: Ints) -> Ints:
    """The largest of `values` so far within each session; `session` counts 0, 1, 2 … along the rows, shape (n,)."""
    # Each session is lifted above all earlier ones, so that one pass over all rows does not carry a value over.
    spread = np.int64(values.max() - values.min() + 1) if len(values) else np.int64(1)
    rank = values - values.min() if len(values) else values
    return np.maximum.accumulate(rank + session * spread) - session * spread + (values.min() if len(values) else 0)


def _before(values: Ints, session: Ints) -> Ints:
    """The value of the row before in the same session, NEVER for a session's first row."""
    previous = np.full_like(values, NEVER)
    previous[1:] = np.where(session[1:] == session[:-1], values[:-1], NEVER)
    return previous


def progress(session: Ints, at: Ints, matches: Bools, order: Order, window_ms: int) -> Progress:
    """How far each session came.

    session: shape (n,), 0 to S-1, ascending; at: shape (n,), unix ms, ascending within a session; matches: shape
    (N, n). `ordered`: each step in a later row than the one before, anything may lie between. `strict`: each step in
    the very next row. `any`: the steps in any order. All of it within `window_ms` from the first step to the last.
    """
    steps, rows = matches.shape
    sessions = int(session[-1]) + 1 if rows else 0
    # Times are made small so that lifting by session cannot overflow 64 bits.
    at = at - at.min() if rows else at
    if order == "any":
        return _any_order(session, at, matches, window_ms, sessions)
    depth = np.zeros(sessions, np.int64)
    elapsed = np.full((sessions, steps), -1, np.int64)
    chain = np.where(matches[0], at, NEVER) if steps else np.empty(0, np.int64)
    for step in range(steps):
        if step:
            earlier = _before(chain, session)
            if order == "ordered":
                earlier = _ordered_latest(earlier, session)
            chain = np.where(matches[step] & (earlier > NEVER) & (at - earlier <= window_ms), earlier, NEVER)
        _reach(step, chain, session, at, depth, elapsed)
    return Progress(depth, elapsed)


def _ordered_latest(starts: Ints, session: Ints) -> Ints:
    """The latest start so far in each session, NEVER where there is none yet."""
    shifted = _running_max(np.where(starts == NEVER, np.int64(-1), starts), session)
    return np.where(shifted < 0, NEVER, shifted)


def _reach(step: int, chain: Ints, session: Ints, at: Ints, depth: Ints, elapsed: Ints) -> None:
    """Note in `depth` and `elapsed` which sessions reached `step`, by the first row that ends a chain."""
    ended = np.flatnonzero(chain > NEVER)
    who, first = np.unique(session[ended], return_index=True)
    depth[who] = step + 1
    row = ended[first]
    elapsed[who, step] = at[row] - chain[row]


def _any_order(session: Ints, at: Ints, matches: Bools, window_ms: int, sessions: int) -> Progress:
    """`progress` for steps in any order: the most different steps in any window that ends at a row."""
    steps, rows = matches.shape
    last = np.stack(
        [_ordered_latest(np.where(matches[step], at, NEVER), session) for step in range(steps)]
        or [np.empty(rows, np.int64)]
    )
    inside = (last > NEVER) & (at - last <= window_ms)
    done = inside.sum(axis=0)
    begun = np.where(inside, last, np.iinfo(np.int64).max).min(axis=0)
    depth = np.zeros(sessions, np.int64)
    elapsed = np.full((sessions, steps), -1, np.int64)
    for step in range(steps):
        _reach(step, np.where(done > step, begun, NEVER), session, at, depth, elapsed)
    return Progress(depth, elapsed)
