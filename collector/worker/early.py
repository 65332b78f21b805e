"""Interactions that overtook their page event: their session counts them at once, the map and the facts when it comes.

Pure, but for `give_up`: after an hour without a page event the facts are kept without a page.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Final

from collector import protocol
from collector.protocol import Query
from collector.records import Record
from collector.worker.decode import Request, Sourced, request_of
from collector.worker.dictionary import Dictionaries
from collector.worker.flat import Columns
from collector.worker.fold import Fold
from collector.worker.sessionize import Arrival, Session, View, ViewKey
from storage import early_requests
from storage.early_requests import EarlyRequest
from storage.facts.postgres import append_rows
from storage.postgres import Database

WAITS_MS: Final = 3_600_000
AT_ONCE: Final = 200
# A tracker sends the page event first; little overtakes it. Who never sends one makes the worker and the database keep
# no more than this of a page view.
MOST_OF_A_VIEW: Final = 20
LONGEST: Final = 65_536  # bytes of a body


def waits(arrival: Arrival) -> bool:
    """Whether a request may wait for its page event; else its facts are kept without a page at once."""
    return len(arrival.view.events) <= MOST_OF_A_VIEW and arrival.request.body_bytes <= LONGEST


def kept(arrivals: Iterable[Arrival]) -> list[EarlyRequest]:
    """The arrivals that have to wait for their page event."""
    return [
        EarlyRequest(
            view.project_id,
            view.day,
            view.session,
            view.page_view,
            request.seq,
            view.device,
            request.received_ms,
            skew_ms,
            request.body,
        )
        for request, view, skew_ms in arrivals
    ]


def arrived(waiting: Iterable[EarlyRequest], views: Mapping[ViewKey, View], columns: Columns) -> list[Arrival]:
    """Early requests as arrivals at their page views; their events go into `columns`."""
    return [
        Arrival(_request(one, columns), views[one.project_id, one.session, one.page_view], one.skew_ms)
        for one in waiting
    ]


def _request(one: EarlyRequest, columns: Columns) -> Request:
    record = Record("e", one.project_id, 0, one.received_ms, "", b"", b"", one.body)
    query = Query("", one.session, one.page_view, one.seq, "", one.received_ms - one.skew_ms)
    events = protocol.decode_events(one.body)
    return request_of(Sourced(0, "", 0, record), query, len(events), columns.take(one.project_id, events))


def give_up(database: Database, names: Dictionaries) -> int:
    """Keep the facts of requests whose hour is over, without a page; gives how many requests. Raises TakenMeanwhile."""
    with database.transaction() as connection:
        waiting = early_requests.overdue(connection, round(time.time() * 1000) - WAITS_MS, AT_ONCE)
    if not waiting:
        return 0
    views: dict[ViewKey, View] = {}
    columns = Columns()
    for one in waiting:
        key = (one.project_id, one.session, one.page_view)
        if key not in views:
            session = Session(_request(one, Columns()), one.day, one.skew_ms, one.received_ms, None)
            session.device = one.device
            views[key] = View(session, one.page_view, None)
    arrivals = arrived(waiting, views, columns)
    fold = Fold(columns, {})
    fold.place(arrivals)
    facts = fold.placed(names.number(database, columns)).facts
    with database.transaction() as connection:
        early_requests.take(connection, waiting)
        append_rows(connection, facts)
    return len(waiting)
