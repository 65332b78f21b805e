"""Looking for a visitor or user in every store: what there is to remove, and the proof that nothing is left."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from storage import session_removal
from storage.cache import answers_of
from storage.erasures import Subject
from storage.event_stream.dead_letters import DeadLetter
from storage.postgres import Connection
from storage.removal import Kept
from storage.removal.sessions import days_of_facts
from storage.session_index import SessionFilter
from storage.stream_offsets import later

PLACES: Final = ("rows", "facts", "blobs", "search", "cache", "streams", "dead letters", "spool")
ENTRIES_AT_ONCE: Final = 100
FIRST: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
LAST: Final = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
Sessions = Mapping[uuid.UUID, Sequence[dt.date]]  # with their days


def browsers(connection: Connection, project_id: int, subject: Subject) -> set[uuid.UUID]:
    """The visitors (browsers) that the subject is known by: itself, or those in which the user was identified."""
    if visitor := subject.visitor:
        return {visitor}
    rows = connection.execute(
        "SELECT DISTINCT visitor_id FROM sessions WHERE project_id = %s AND user_ref = %s", (project_id, subject.name)
    ).fetchall()
    return {visitor for (visitor,) in rows}


def sessions_of(
    connection: Connection, project_id: int, subject: Subject, visitors: Collection[uuid.UUID]
) -> list[uuid.UUID]:
    """The subject's sessions: of a visitor all; of a user those in which the user was identified, and those of the same
    browsers in which nobody was. Another user's sessions in a browser that is shared are that user's."""
    if subject.kind == "visitor":
        where, values = "visitor_id = ANY(%(visitors)s)", {}
    else:
        where, values = (
            "user_ref = %(user)s OR (visitor_id = ANY(%(visitors)s) AND user_ref = '')",
            {"user": subject.name},
        )
    rows = connection.execute(
        f"SELECT DISTINCT session_id FROM sessions WHERE project_id = %(project_id)s AND ({where})".encode(),
        {"project_id": project_id, "visitors": list(visitors), **values},
    ).fetchall()
    return sorted(session for (session,) in rows)


def needles(subject: Subject, visitors: Collection[uuid.UUID], sessions: Collection[uuid.UUID]) -> list[bytes]:
    """Texts by which requests of the subject are known as they were sent."""
    found = {one.hex.encode() for one in (*visitors, *sessions)}
    if subject.kind == "user":
        # As an identify event spells it, with and without escapes.
        found |= {f'"id":{json.dumps(subject.name, ensure_ascii=ascii_)}'.encode() for ascii_ in (True, False)}
        found |= {f'"id": {json.dumps(subject.name, ensure_ascii=ascii_)}'.encode() for ascii_ in (True, False)}
    return sorted(found)


def holds(data: bytes, wanted: Sequence[bytes]) -> bool:
    """Whether one of the texts is in it."""
    return any(one in data for one in wanted)


def letters(kept: Kept, project_id: int, wanted: Sequence[bytes]) -> Iterator[DeadLetter]:
    """The project's dead letters that hold requests of the subject; what says no project's name is known by its ids."""
    ids = [one for one in wanted if b'"' not in one]
    for letter in kept.stream.all_dead():
        theirs = wanted if letter.project_id == project_id else ids
        if letter.project_id in (project_id, None) and holds(letter.record, theirs):
            yield letter


def segments(kept: Kept, wanted: Sequence[bytes]) -> Iterator[Path]:
    """The files of this machine's spool that hold requests of the subject, those of damaged segments too."""
    for path in sorted(kept.spool.iterdir()) if kept.spool.is_dir() else ():
        try:
            if holds(path.read_bytes(), wanted):
                yield path
        except FileNotFoundError:
            continue  # has just been fed back


def entries(kept: Kept, wanted: Sequence[bytes], barrier: dict[str, str] | None) -> int:
    """How many entries of the streams hold requests of the subject; up to the barrier, or all."""
    found = 0
    for shard in range(kept.shards):
        end = None if barrier is None else barrier.get(str(shard), "0-0")
        after = "0-0"
        while (end is None or later(end, after)) and (
            listed := kept.stream.read({shard: after}, ENTRIES_AT_ONCE, 0).get(shard)
        ):
            within = [one for one in listed if end is None or not later(one.stream_id, end)]
            found += sum(holds(one.payload, wanted) for one in within)
            if len(within) < len(listed):
                break
            after = listed[-1].stream_id
    return found


def search(
    kept: Kept,
    project_id: int,
    subject: Subject,
    visitors: Collection[uuid.UUID],
    sessions: Sessions,
    barrier: dict[str, str] | None = None,
) -> dict[str, int]:
    """How much there is of the subject in each of PLACES. `sessions`: all that are, or were, known to be theirs."""
    wanted = needles(subject, visitors, sessions)
    with kept.database.transaction([project_id]) as connection:
        listed = sorted({*sessions_of(connection, project_id, subject, visitors), *sessions})
        rows = session_removal.rows_in(connection, project_id, listed)
        every = {**sessions, **session_removal.with_days(connection, project_id, listed)}
    return {
        "rows": rows,
        "facts": _facts(kept, project_id, every),
        "blobs": _blobs(kept, project_id, every),
        "search": _documents(kept, project_id, every),
        "cache": len(answers_of(kept.cache, project_id)) if every else 0,
        "streams": entries(kept, wanted, barrier),
        "dead letters": sum(1 for _ in letters(kept, project_id, wanted)),
        "spool": sum(1 for _ in segments(kept, wanted)),
    }


def _facts(kept: Kept, project_id: int, sessions: Sessions) -> int:
    """Rows in the days that the sessions lie, or lay, in."""
    wanted = pa.array([one.bytes for one in sessions], pa.binary(16))
    with kept.database.transaction([project_id]) as connection:
        days = days_of_facts(connection, project_id, [day for each in sessions.values() for day in each])
    found = 0
    for day in days:
        facts = kept.facts.read(project_id, day, day, ["session"])
        found += int(pc.sum(pc.is_in(facts["session"], value_set=wanted)).as_py() or 0)
    return found


def _blobs(kept: Kept, project_id: int, sessions: Sessions) -> int:
    """Objects of the sessions' recordings."""
    folders = (f"recordings/{project_id}/{day}/{one.hex}/" for one, days in sessions.items() for day in days)
    return sum(1 for folder in folders for _ in kept.blobs.list(folder))


def _documents(kept: Kept, project_id: int, sessions: Sessions) -> int:
    """Documents of the session index."""
    if not sessions:
        return 0
    where = SessionFilter(start=FIRST, end=LAST, session_ids=list(sessions))
    return len(kept.sessions.ids(project_id, where, len(sessions)))
