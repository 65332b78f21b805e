"""Reads of what a project takes up, by cause."""

from __future__ import annotations

from storage.postgres import Connection, statement


def by_cause(connection: Connection, project_id: int) -> list[tuple[str, int, int]]:
    """(cause, bytes, things) of recordings, page assets, facts, heat points, sessions and page views."""
    return [
        (cause, int(size), int(items))
        for cause, size, items in connection.execute(statement("usage.by_cause"), {"project_id": project_id}).fetchall()
    ]
