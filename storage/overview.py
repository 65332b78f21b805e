"""Reads for the overview: totals, series and most frequent values of a project's sessions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from psycopg.rows import dict_row

from storage.devices import DEVICE_CODES, DEVICE_NAMES
from storage.postgres import Connection, statement


def _bounds(project_id: int, start: dt.datetime, end: dt.datetime, device: str | None) -> dict[str, Any]:
    """Parameters that every statement here takes; a session's partition may be a day off its (corrected) start."""
    return {
        "project_id": project_id,
        "start": start,
        "end": end,
        "first_day": start.date() - dt.timedelta(days=1),
        "last_day": end.date() + dt.timedelta(days=1),
        "device": DEVICE_CODES[device] if device else None,
    }


def totals(
    connection: Connection, project_id: int, start: dt.datetime, end: dt.datetime, device: str | None
) -> dict[str, int]:
    """sessions, visitors, page_views, clicks, recordings, bounced, median_duration_ms; begun in [start, end)."""
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(statement("overview.totals"), _bounds(project_id, start, end, device)).fetchone()
    assert row is not None
    return {name: int(value or 0) for name, value in row.items()}


def series(
    connection: Connection,
    project_id: int,
    start: dt.datetime,
    end: dt.datetime,
    device: str | None,
    step: dt.timedelta,
) -> list[tuple[dt.datetime, int, int, int]]:
    """(start of the step, sessions, page views, clicks) for every step of [start, end), empty ones too."""
    rows = connection.execute(
        statement("overview.series"), _bounds(project_id, start, end, device) | {"step": step}
    ).fetchall()
    return [(at, int(sessions), int(views), int(clicks)) for at, sessions, views, clicks in rows]


def tops(
    connection: Connection, project_id: int, start: dt.datetime, end: dt.datetime, device: str | None
) -> dict[str, list[tuple[str, int]]]:
    """pages, devices, referrers, countries, browsers: the ten commonest values each, commonest first."""
    found: dict[str, list[tuple[str, int]]] = {
        name: [] for name in ("pages", "devices", "referrers", "countries", "browsers")
    }
    for name, value, count in connection.execute(
        statement("overview.tops"), _bounds(project_id, start, end, device)
    ).fetchall():
        found[name].append((DEVICE_NAMES[int(value)] if name == "devices" else value, int(count)))
    return found
