"""Erasing a visitor or user, step by step; a worker makes them, and any of them may be cut off and made again.

asked → count what there is, remove what is committed, note where the streams end;
draining → wait until all that was on its way then is committed, and the spool is empty of what was made before;
sweeping → remove again, with dead letters, damaged segments and cached answers; have Redis write its log anew; search
every store: nothing there → done, else sweep again.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter

from storage import assets, erasures, recording_parts, recording_strings, session_removal, stream_offsets
from storage.cache import answers_of, project_space
from storage.erasures import Erasure, Subject
from storage.removal import Kept, pictures, sessions, traces
from storage.stream_offsets import later

SESSIONS_AT_ONCE = 200


def advance(kept: Kept, project_id: int, erasure_id: int) -> bool:
    """Make the next step; whether there is another one to make at once. Raises as the stores do."""
    with kept.database.transaction([project_id]) as connection:
        erasure = erasures.one(connection, project_id, erasure_id)
    if erasure is None or erasure.state == "done" or erasure.subject is None:
        return False
    step = {"asked": _begin, "draining": _drain, "sweeping": _sweep}[erasure.state]
    return step(kept, erasure, Subject(erasure.kind, erasure.subject))


def _known(kept: Kept, erasure: Erasure, subject: Subject) -> tuple[Erasure, dict[uuid.UUID, list[dt.date]]]:
    """The erasure with all visitors and sessions that are known to be the subject's, noted before one is removed."""
    with kept.database.transaction([erasure.project_id]) as connection:
        visitors = {*erasure.visitor_ids, *traces.browsers(connection, erasure.project_id, subject)}
        if visitors != {*erasure.visitor_ids}:
            erasures.remember_visitors(connection, erasure, sorted(visitors))
        listed = traces.sessions_of(connection, erasure.project_id, subject, visitors)
        now = session_removal.with_days(connection, erasure.project_id, listed)
        every = {one.hex: [day.isoformat() for day in days] for one, days in now.items()}
        every = {**erasure.sessions, **every}
        if every != erasure.sessions:
            erasures.change(connection, erasure, sessions=every)
        found = erasures.one(connection, erasure.project_id, erasure.erasure_id)
    assert found
    return found, {uuid.UUID(one): [dt.date.fromisoformat(day) for day in days] for one, days in found.sessions.items()}


def _begin(kept: Kept, erasure: Erasure, subject: Subject) -> bool:
    erasure, theirs = _known(kept, erasure, subject)
    barrier = {str(shard): kept.stream.last(shard) for shard in range(kept.shards)}
    before = traces.search(kept, erasure.project_id, subject, erasure.visitor_ids, theirs)
    with kept.database.transaction([erasure.project_id]) as connection:
        erasures.change(connection, erasure, state="draining", barrier=barrier, found_before=before)
    _remove(kept, erasure, list(theirs))
    return True


def _drain(kept: Kept, erasure: Erasure, subject: Subject) -> bool:
    waits = _waits_for(kept, erasure)
    with kept.database.transaction([erasure.project_id]) as connection:
        if waits:
            if waits != erasure.trouble:
                erasures.change(connection, erasure, trouble=waits)
            return False
        erasures.change(connection, erasure, state="sweeping", trouble="", log_rewrite=False)
    return True


def _waits_for(kept: Kept, erasure: Erasure) -> str:
    """What has to happen before all that was on its way is committed; empty: it is."""
    barrier = erasure.barrier or {}
    committed = stream_offsets.read(kept.database, [int(shard) for shard in barrier])
    behind = [shard for shard, end in barrier.items() if later(end, committed.get(int(shard), "0-0"))]
    if behind:
        return f"{len(behind)} shards still hold requests from before; the workers come to them."
    asked_ms = erasure.asked_at.timestamp() * 1000
    spooled = [path for path in (kept.spool.iterdir() if kept.spool.is_dir() else ()) if path.name.endswith(".spool")]
    if any(int(path.name.partition("-")[0]) <= asked_ms for path in spooled):
        return "The spool of this machine holds requests from before; it is fed back when Redis takes it."
    for shard, end in barrier.items():  # what a worker that was killed before its trim has left
        kept.stream.trim(int(shard), end)
    return ""


def _sweep(kept: Kept, erasure: Erasure, subject: Subject) -> bool:
    erasure, theirs = _known(kept, erasure, subject)
    if not erasure.log_rewrite:
        _remove(kept, erasure, list(theirs))
        if recording_strings.sweep(kept.database, kept.blobs, dt.timedelta(0), [erasure.project_id]) is None:
            return False  # recordings are being packed just now
        assets.sweep(kept.database, kept.blobs, erasure.project_id)  # of a removal that was cut off
        wanted = traces.needles(subject, erasure.visitor_ids, theirs)
        removed: Counter[str] = Counter()
        for letter in [*traces.letters(kept, erasure.project_id, wanted)]:
            removed["dead letters"] += kept.stream.drop_dead(letter.source)
        for path in [*traces.segments(kept, wanted)]:
            if path.name.endswith(".damaged"):  # all of it that could be read has been fed back
                path.unlink(missing_ok=True)
                removed["damaged segments"] += 1
        if not kept.stream.rewrite_log():
            return False  # one that began before does not leave out what was removed just now
        _count(kept, erasure, removed, log_rewrite=True)
        return False
    if kept.stream.rewriting_log():
        return False
    kept.cache.bump(project_space(erasure.project_id))
    for key in answers_of(kept.cache, erasure.project_id):
        kept.cache.delete(key)
    after = traces.search(kept, erasure.project_id, subject, erasure.visitor_ids, theirs, erasure.barrier)
    left = {place: found for place, found in after.items() if found}
    with kept.database.transaction([erasure.project_id]) as connection:
        if left:
            said = ", ".join(f"{place} {found}" for place, found in left.items())
            erasures.change(connection, erasure, log_rewrite=False, trouble=f"Found again and swept again: {said}.")
        else:
            erasures.finish(connection, erasure, after)
    return False


def _remove(kept: Kept, erasure: Erasure, listed: list[uuid.UUID]) -> None:
    """Remove what is committed of these sessions, and the pictures of pages that their recordings have given."""
    project_id = erasure.project_id
    for at in range(0, len(listed), SESSIONS_AT_ONCE):
        some = listed[at : at + SESSIONS_AT_ONCE]
        with kept.database.transaction([project_id]) as connection:
            recordings = [recording_parts.stored(connection, project_id, one) for one in some]
        shown = pictures.of_recordings(kept.blobs, recordings)
        removed: Counter[str] = Counter()
        if shown:
            kept.blobs.delete(pictures.blob_key(project_id, one) for one in sorted(shown))
            with kept.database.transaction([project_id]) as connection:
                removed["page pictures"] = pictures.remove(connection, project_id, shown)
        removed.update(sessions.remove(kept, project_id, some))
        _count(kept, erasure, removed)


def _count(kept: Kept, erasure: Erasure, more: Counter[str], **columns: object) -> None:
    """Add to what the erasure has removed."""
    with kept.database.transaction([erasure.project_id]) as connection:
        now = erasures.one(connection, erasure.project_id, erasure.erasure_id)
        assert now
        total = Counter(now.removed)
        total.update({kind: number for kind, number in more.items() if number})
        erasures.change(connection, erasure, removed=dict(total), **columns)
