"""What recordings lack, as their rows tell: pages without one, chunks that never came, gaps that the recorder tells.

For the list, many sessions at once; the receipt of one looks at its chunks and blobs too (dashboard.queries.receipts).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from storage.postgres import Connection, statement


def of_sessions(connection: Connection, project_id: int, sessions: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """Of recorded sessions that lack something, what: `lost`, `not_recorded`, `busy`, `minute`, `session`; not `idle`,
    when there was nothing to record."""
    found: dict[uuid.UUID, list[str]] = {}
    for session, lack in connection.execute(
        statement("recording_lacks.of_sessions"), {"project_id": project_id, "ids": list(sessions)}
    ).fetchall():
        found.setdefault(session, []).append(lack)
    return found


def recordings_run_out(connection: Connection, project_id: int, day: object) -> bool:
    """Whether recordings of that day were removed since their time had run out."""
    row = connection.execute(
        "SELECT 1 FROM retention_days WHERE project_id = %s AND what = 'recordings' AND day = %s", (project_id, day)
    ).fetchone()
    return row is not None


def records(connection: Connection, project_id: int) -> bool:
    """Whether some site of the project records sessions now."""
    row = connection.execute(
        "SELECT coalesce(bool_or(record), false) FROM sites WHERE project_id = %s AND enabled", (project_id,)
    ).fetchone()
    return bool(row and row[0])
