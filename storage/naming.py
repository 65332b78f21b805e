"""Gives ids to what recurs in a project: pages, elements, names of custom events. The same name keeps its id for ever.

Names are given in transactions of their own: an id that a failed batch leaves behind unused harms nobody, and no two
workers wait for each other's batches. Each statement takes its rows in order, so that two can't lock each other out.

A project has room for so many names of a kind (`Limits`): a site that puts a customer's number into its addresses, or
somebody who makes names up, fills no store. What is beyond counts under the name OTHER.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from storage import columns
from storage.postgres import Connection, Database, statement

Named = tuple[int, str]  # project, and its page's address, element's selector or event's name
LONGEST: Final = 2_400  # bytes of a name; an index row of Postgres holds 2,704
OTHER: Final = "(other)"  # an address always has a slash in it; a selector or an event of this name is only itself


class Limits(NamedTuple):
    """How many names of each kind a project has room for."""

    pages: int = 20_000
    elements: int = 200_000
    event_names: int = 2_000


class Given(NamedTuple):
    """Ids by name; those of `over` are the id of their project's OTHER, whose id is in `others` then."""

    ids: dict[Named, int]
    over: set[Named]
    others: dict[int, int]


class _Kind(NamedTuple):
    """Where names of a kind are."""

    word: str  # in name_counts
    table: str
    name: str
    id: str
    bare: str  # whether a row still lacks its title or label


_PAGES: Final = _Kind("page", "pages", "address", "page_id", "title = ''")
_ELEMENTS: Final = _Kind("element", "elements", "selector", "element_id", "text = ''")
_EVENTS: Final = _Kind("event", "event_names", "name", "name_id", "false")


def fitting(name: str) -> str:
    """`name`, or if it is too long for an index its beginning and a hash of all of it."""
    if len(name) <= LONGEST // 4 or len(name.encode()) <= LONGEST:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    return f"{name.encode()[: LONGEST - 20].decode(errors='ignore')}…{digest}"


def pages(database: Database, titles: Mapping[Named, str], most: int = Limits().pages) -> Given:
    """Ids of pages; a page that has no title yet takes the given one."""
    return _given(database, _PAGES, titles, most)


def elements(database: Database, labels: Mapping[Named, str], most: int = Limits().elements) -> Given:
    """Ids of elements; the label of an element's first sight is kept."""
    return _given(database, _ELEMENTS, labels, most)


def event_names(database: Database, names: Mapping[Named, str], most: int = Limits().event_names) -> Given:
    """Ids of custom events; the values are not looked at."""
    return _given(database, _EVENTS, names, most)


def full(connection: Connection, project_id: int, limits: Limits) -> list[str]:
    """Which kinds of names (`page`, `element`, `event`) a project has no more room for."""
    rows = connection.execute("SELECT kind, names FROM name_counts WHERE project_id = %s", (project_id,)).fetchall()
    most = {_PAGES.word: limits.pages, _ELEMENTS.word: limits.elements, _EVENTS.word: limits.event_names}
    return sorted(kind for kind, names in rows if names >= most[kind])


def _given(database: Database, kind: _Kind, wanted: Mapping[Named, str], most: int) -> Given:
    if not wanted:
        return Given({}, set(), {})
    ordered = sorted(wanted)
    with database.transaction() as connection:
        ids, bare = _known(connection, kind, ordered)
        missing = [one for one in ordered if one not in ids]
        over = _over(connection, kind, missing, most) if missing else set()
        asked = {
            one: wanted[one] for one in ordered if (one not in ids and one not in over) or (one in bare and wanted[one])
        }
        others = {(project, OTHER): "" for project, _ in over}
        made = _made(connection, kind, asked | others)
    ids |= made
    ids |= {one: made[one[0], OTHER] for one in over}
    return Given(ids, over, {project: made[project, name] for project, name in others})


def _known(connection: Connection, kind: _Kind, ordered: list[Named]) -> tuple[dict[Named, int], set[Named]]:
    """Ids of those that there are, and which of them are bare. Most names are known: nothing is written for them."""
    rows = connection.execute(
        f"SELECT n, {kind.id}, {kind.bare}"
        f" FROM unnest(%(projects)s::bigint[], %(names)s::text[]) WITH ORDINALITY AS k (project_id, {kind.name}, n)"
        f" JOIN {kind.table} USING (project_id, {kind.name})".encode(),
        _columns(ordered),
    ).fetchall()
    return {ordered[n - 1]: int(id) for n, id, _ in rows}, {ordered[n - 1] for n, _, bare in rows if bare}


def _over(connection: Connection, kind: _Kind, missing: list[Named], most: int) -> set[Named]:
    """Those of the missing names that their project has no room for. Holds the room until the transaction ends."""
    rows = connection.execute(
        statement("naming.room"),
        {"kind": kind.word, "projects": columns.numbers(dict.fromkeys(project for project, _ in missing))},
    ).fetchall()
    room = {int(project): most - int(names) for project, names in rows}
    over = set()
    for one in missing:
        room[one[0]] -= 1
        if room[one[0]] < 0:
            over.add(one)
    return over


def _made(connection: Connection, kind: _Kind, labels: Mapping[Named, str]) -> dict[Named, int]:
    """Ids of names that are to be there from now on."""
    if not labels:
        return {}
    ordered = sorted(labels)
    rows = connection.execute(
        statement(f"naming.{kind.table}"), _columns(ordered) | {"labels": columns.texts(labels[one] for one in ordered)}
    ).fetchall()
    return {ordered[n - 1]: int(id) for n, id in rows}


def _columns(ordered: Iterable[Named]) -> dict[str, str]:
    listed = list(ordered)
    return {
        "projects": columns.numbers(project for project, _ in listed),
        "names": columns.texts(text for _, text in listed),
    }
