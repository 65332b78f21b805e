"""Gives ids to what recurs in a project: pages, elements, names of custom events. The same name keeps its id for ever.

Names are given in transactions of their own: an id that a failed batch leaves behind unused harms nobody, and no two
workers wait for each other's batches. Each statement takes its rows in order, so that two can't lock each other out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from storage import columns
from storage.postgres import Database, statement

Named = tuple[int, str]  # project, and its page's address, element's selector or event's name
LONGEST: Final = 2_400  # bytes of a name; an index row of Postgres holds 2,704


def fitting(name: str) -> str:
    """`name`, or if it is too long for an index its beginning and a hash of all of it."""
    if len(name) <= LONGEST // 4 or len(name.encode()) <= LONGEST:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    return f"{name.encode()[: LONGEST - 20].decode(errors='ignore')}…{digest}"


def pages(database: Database, titles: Mapping[Named, str]) -> dict[Named, int]:
    """Ids of pages; a page that has no title yet takes the given one."""
    return _named(database, "naming.pages", titles)


def elements(database: Database, labels: Mapping[Named, str]) -> dict[Named, int]:
    """Ids of elements; the label of an element's first sight is kept."""
    return _named(database, "naming.elements", labels)


def event_names(database: Database, names: Mapping[Named, str]) -> dict[Named, int]:
    """Ids of custom events; the values are not looked at."""
    return _named(database, "naming.event_names", names)


def _named(database: Database, name: str, wanted: Mapping[Named, str]) -> dict[Named, int]:
    if not wanted:
        return {}
    ordered = sorted(wanted)
    rows = database.rows(
        statement(name),
        {
            "projects": columns.numbers(project for project, _ in ordered),
            "names": columns.texts(text for _, text in ordered),
            "labels": columns.texts(wanted[one] for one in ordered),
        },
    )
    return {ordered[n - 1]: int(named) for n, named in rows}
