"""Waits until what was sent can be seen: committed by the worker and found in the session index."""

from __future__ import annotations

import datetime as dt
import time
import uuid

from heatwake.settings import Settings
from ops.demo_visits.send import Sent
from storage.postgres import Database
from storage.session_index import SessionDoc, SessionFilter, open_session_index

WAIT_S = 30
LOOK_AGAIN_S = 0.1


class NotArrived(RuntimeError):
    """Some visits were sent and can't be seen; the text says how many and where to look."""


def _there(sent: Sent, doc: SessionDoc | None) -> bool:
    """Whether all page views are there, and a recording if one was sent."""
    return (
        doc is not None and doc.page_views >= len(sent.page_views) and (not sent.recorded or doc.recording_events > 0)
    )


def wait(settings: Settings, project_id: int, visits: list[Sent]) -> list[SessionDoc]:
    """The visits' sessions, in their order, once all are there. Raises NotArrived."""
    silent = [sent for sent in visits if sent.session is None]
    if silent:
        raise NotArrived(
            f"The tracker sent nothing for {len(silent)} of {len(visits)} visits: does {settings.public_url} "
            "serve it? `bin/heatwake status` shows what runs."
        )
    ids: list[uuid.UUID] = [sent.session for sent in visits if sent.session]
    now = dt.datetime.now(dt.UTC)
    day = dt.timedelta(days=1)
    where = SessionFilter(start=now - day, end=now + day, session_ids=ids)
    index = open_session_index(settings, Database(settings, "app", size=1))
    end = time.monotonic() + WAIT_S
    while True:
        found = {doc.session_id: doc for doc in index.search(project_id, where, limit=min(len(ids), 500)).items}
        missing = [sent for sent in visits if not _there(sent, found.get(sent.session or uuid.UUID(int=0)))]
        if not missing:
            return [found[session] for session in ids]
        if time.monotonic() > end:
            raise NotArrived(
                f"{len(missing)} of {len(visits)} visits were sent and are not there after {WAIT_S} s. "
                "`bin/heatwake status` shows whether the worker runs and what waits in the streams."
            )
        time.sleep(LOOK_AGAIN_S)
