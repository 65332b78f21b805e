"""The session index in Postgres: the table `sessions` itself, which the worker writes in its own transaction."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

import msgspec
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from storage.devices import DEVICE_CODES, DEVICE_NAMES
from storage.postgres import Database, statement
from storage.session_index import FACETS, SessionDoc, SessionFilter, SessionPage, Sort, traits
from storage.session_index.cursors import checked_limit, read, write

_DAY = dt.timedelta(days=1)
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# Sort → (expression, direction); ties are broken by session id, ascending.
_ORDERS: Final[dict[Sort, tuple[str, str]]] = {
    "newest": ("s.started_at", "DESC"),
    "oldest": ("s.started_at", "ASC"),
    "longest": ("(s.ended_at - s.started_at)", "DESC"),
    "most_clicks": ("s.clicks", "DESC"),
    "most_pages": ("s.page_views", "DESC"),
}


def _parameters(project_id: int, where: SessionFilter) -> dict[str, Any]:
    """What `sessions.matching` takes: None for a condition that is not asked for."""
    return {
        "project_id": project_id,
        "start": where.start,
        "end": where.end,
        # A session's partition is the day at the collector, its start is corrected by the visitor's clock.
        "first_day": where.start.astimezone(dt.UTC).date() - _DAY,
        "last_day": where.end.astimezone(dt.UTC).date() + _DAY,
        "devices": [DEVICE_CODES[device] for device in where.devices] or None,
        "browsers": where.browsers or None,
        "oses": where.oses or None,
        "countries": where.countries or None,
        "referrer_hosts": where.referrer_hosts or None,
        "utm_sources": where.utm_sources or None,
        "utm_mediums": where.utm_mediums or None,
        "utm_campaigns": where.utm_campaigns or None,
        "user_ref": where.user_ref or None,
        "page": _lower(where.page) or None,
        "entry": _lower(where.entry) or None,
        "exit": _lower(where.exit) or None,
        "min_duration": dt.timedelta(milliseconds=where.min_duration_ms) if where.min_duration_ms else None,
        "max_duration": dt.timedelta(milliseconds=where.max_duration_ms) if where.max_duration_ms else None,
        "min_page_views": where.min_page_views or None,
        "min_clicks": where.min_clicks or None,
        "min_rage_clicks": where.min_rage_clicks or None,
        "min_dead_clicks": where.min_dead_clicks or None,
        "min_error_clicks": where.min_error_clicks or None,
        "min_events": where.min_events or None,
        "recorded": where.recorded,
        "session_ids": where.session_ids,
        "without_ids": where.without_ids or None,
    } | {f"trait_{number}": options for number, options in enumerate(_traits(where))}


def _lower(text: str) -> str:
    """As `lower(… COLLATE "C")` has it, which is several times quicker than that of a language."""
    return text.encode().lower().decode()


def _traits(where: SessionFilter) -> list[list[Jsonb]]:
    """For each trait that is asked for the objects one of which the session's traits have to contain."""
    return [[Jsonb({name: value}) for value in traits.readings(text)] for name, text in where.traits.items()]


def _matching(query: str, where: SessionFilter) -> str:
    """A query's text with the condition in its place."""
    condition = statement("sessions.matching").partition("\n")[2].strip()
    for number in range(len(where.traits)):
        condition += f"\n  AND s.traits <> '{{}}' AND s.traits @> ANY (%(trait_{number})s::jsonb[])"
    return query.replace("/*matching*/", condition)


def _behind(value: int, sort: Sort) -> Any:
    """A cursor's value as the sorted column has it."""
    if sort in ("newest", "oldest"):
        return _EPOCH + dt.timedelta(microseconds=value)
    return dt.timedelta(microseconds=value) if sort == "longest" else value


class PostgresSessions:
    """The promises of `storage.session_index.SessionIndex`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def upsert(self, docs: list[SessionDoc]) -> None:
        """Add or replace, in one transaction; makes the partitions that are missing."""
        rows = [
            msgspec.structs.asdict(doc) | {"device": DEVICE_CODES[doc.device], "traits": Jsonb(doc.traits)}
            for doc in docs
        ]
        if not rows:
            return
        with self._database.transaction({doc.project_id for doc in docs}) as connection:
            for day in sorted({doc.day for doc in docs}):
                connection.execute("SELECT ensure_partitions(%s, %s)", (day, day))
            with connection.cursor() as cursor:
                cursor.executemany(statement("sessions.upsert"), rows)

    def search(
        self,
        project_id: int,
        where: SessionFilter,
        sort: Sort = "newest",
        limit: int = 50,
        cursor: str | None = None,
        count_to: int | None = None,
    ) -> SessionPage:
        """Sessions in this order; the total is counted right after the page was read."""
        key, direction = _ORDERS[sort]
        parameters = _parameters(project_id, where) | {"limit": checked_limit(limit) + 1, "count_to": count_to}
        beyond = ""
        if cursor is not None:
            place = read(cursor, sort)
            parameters |= {"value": _behind(place.value, sort), "session_id": place.session_id}
            sign = "<" if direction == "DESC" else ">"
            beyond = f"AND {key} {sign}= %(value)s AND ({key} {sign} %(value)s OR s.session_id > %(session_id)s)"
        query = _matching(statement("sessions.search"), where).replace("/*beyond*/", beyond)
        query = query.replace("/*order*/", f"{key} {direction}, s.session_id")
        with self._database.transaction([project_id]) as connection:
            with connection.cursor(row_factory=dict_row) as rows:
                found = rows.execute(query, parameters).fetchall()
            if cursor is None and len(found) <= limit:
                total = len(found)  # all of them, so none need be looked for twice
            else:
                counted = connection.execute(_matching(statement("sessions.count"), where), parameters).fetchone()
                total = counted[0] if counted else 0
        docs = [SessionDoc(**(row | {"device": DEVICE_NAMES[row["device"]]})) for row in found[:limit]]
        more = write(docs[-1], sort) if len(found) > limit else None
        return SessionPage(docs, total if count_to is None else min(total, count_to), more)

    def ids(self, project_id: int, where: SessionFilter, limit: int) -> list[uuid.UUID]:
        """The ids alone, at most `limit`."""
        return [session_id for (session_id,) in self._columns(project_id, where, "s.session_id", limit)]

    def values(self, project_id: int, where: SessionFilter, facet: str, limit: int) -> dict[uuid.UUID, str]:
        """The value of one of FACETS for each session. Raises ValueError for another name."""
        if facet not in FACETS:
            raise ValueError(f"no facet {facet!r}; there are {', '.join(FACETS)}")
        found = dict(self._columns(project_id, where, f"s.session_id, s.{facet}", limit))
        return {session: DEVICE_NAMES[code] for session, code in found.items()} if facet == "device" else found

    def _columns(self, project_id: int, where: SessionFilter, columns: str, limit: int) -> list[Any]:
        query = _matching(f"SELECT {columns} FROM sessions s WHERE /*matching*/ LIMIT %(limit)s", where)
        parameters = _parameters(project_id, where) | {"limit": limit}
        with self._database.transaction([project_id]) as connection, connection.cursor(binary=True) as cursor:
            return cursor.execute(query, parameters).fetchall()

    def facets(self, project_id: int, where: SessionFilter) -> dict[str, list[tuple[str, int]]]:
        """For each of FACETS the ten commonest values, commonest first."""
        found: dict[str, list[tuple[str, int]]] = {facet: [] for facet in FACETS}
        query = _matching(statement("sessions.facets"), where)
        for facet, value, count in self._database.rows(query, _parameters(project_id, where), [project_id]):
            found[facet].append((DEVICE_NAMES[int(value)] if facet == "device" else value, count))
        return found

    def delete(self, project_id: int, session_ids: list[uuid.UUID]) -> None:
        """Forget these sessions' documents."""
        with self._database.transaction([project_id]) as connection:
            connection.execute(
                "DELETE FROM sessions WHERE project_id = %s AND session_id = ANY (%s)", (project_id, session_ids)
            )

    def check(self) -> None:
        """Raise DatabaseUnavailable if the server can't be reached."""
        self._database.check()

    def size(self) -> tuple[int, int]:
        """(documents, bytes) kept; documents as the server's statistics count them, seconds late."""
        rows = self._database.rows("SELECT rows, bytes FROM sessions_kept()")
        return int(rows[0][0]), int(rows[0][1])
