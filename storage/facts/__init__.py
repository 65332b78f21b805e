"""Facts: one row an interaction, for what is asked after the fact: funnels, filtered heatmaps."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Protocol

import pyarrow as pa

# Rows in no order. session: 16 bytes; at: unix ms, corrected by clock skew; page_id, element_id, name_id: 0 where there
# is none; fx, fy: 0 to 10,000 of the element's box; props: flat JSON object of a custom event, else null.
SCHEMA = pa.schema(
    [
        ("session", pa.binary(16)),
        ("page_view", pa.int64()),
        ("at", pa.int64()),
        ("kind", pa.uint8()),
        ("device", pa.uint8()),
        ("page_id", pa.int64()),
        ("element_id", pa.int64()),
        ("name_id", pa.int64()),
        ("fx", pa.uint16()),
        ("fy", pa.uint16()),
        ("props", pa.string()),
    ]
)


class FactKind(enum.IntEnum):
    """What a fact row tells of."""

    PAGE = 1
    CLICK = 2
    TAP = 3
    EVENT = 4
    RAGE = 5
    DEAD = 6
    ERROR = 7


class FactStore(Protocol):
    """One Arrow table for (project, days)."""

    def append(self, project_id: int, day: dt.date, facts: pa.Table) -> None:
        """Add rows to a day; the worker does it in its own transaction by storage.facts.postgres.append_in."""

    def read(self, project_id: int, first: dt.date, last: dt.date, columns: list[str] | None = None) -> pa.Table:
        """All rows of the days `first` to `last` (both included) in SCHEMA's order, only `columns` if given."""

    def delete(self, project_id: int, sessions: list[bytes], first: dt.date, last: dt.date) -> int:
        """Remove the rows of these sessions from the days; gives back how many."""

    def compact(self, project_id: int, day: dt.date) -> None:
        """Fold a day's deltas into one value; a reader sees each row once at any time."""

    def size(self) -> tuple[int, int]:
        """(rows, bytes) kept."""
