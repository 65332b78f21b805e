"""What an erasure would remove, shown before it is asked for."""

from __future__ import annotations

from storage.erasures import Subject
from storage.postgres import statement
from storage.removal import Kept, traces


def found(kept: Kept, project_id: int, subject: Subject) -> dict[str, int]:
    """How much of each kind is stored of the subject; what is still on its way is not known yet."""
    with kept.database.transaction([project_id]) as connection:
        visitors = traces.browsers(connection, project_id, subject)
        sessions = traces.sessions_of(connection, project_id, subject, visitors)
        counted = connection.execute(
            statement("erasures.preview"), {"project_id": project_id, "ids": sessions}
        ).fetchall()
    return {"visitors": len(visitors) if sessions else 0, **{kind: int(number) for kind, number in counted}}
