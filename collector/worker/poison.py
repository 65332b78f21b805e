"""Finds the record that keeps a batch from being stored, so that it alone is buried and all around it counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import psycopg

from collector.worker.decode import Sourced
from collector.worker.prepare import UnusableRecord
from storage.postgres import DatabaseUnavailable

# Classes of SQLSTATE that a value is to blame for: cardinality, data, integrity, a limit of the program.
_BLAMES_A_VALUE = ("21", "22", "23", "54")


class NotARecordsFault(RuntimeError):
    """A batch fails even without any record: the database's schema or our code does not fit; nothing may be buried."""


def blames_a_record(error: Exception) -> bool:
    """Whether an error of `prepare` or `commit` comes from what a record holds, not from a store that is down."""
    cause = error.__cause__ if isinstance(error, DatabaseUnavailable) else error
    if isinstance(cause, psycopg.Error):
        return (cause.sqlstate or "")[:2] in _BLAMES_A_VALUE
    return isinstance(error, UnusableRecord)


def cause(error: Exception) -> str:
    """What went wrong, without the details of a database's error, which quote the row and so a visitor."""
    told = error.__cause__ if isinstance(error, DatabaseUnavailable) else error
    if isinstance(told, psycopg.Error) and told.diag.message_primary:
        return told.diag.message_primary
    return str(error)


def find(records: Sequence[Sourced], goes_through: Callable[[Sequence[Sourced]], bool]) -> int | None:
    """The index of the first record with which the batch fails, by rehearsing ever shorter beginnings of it.

    `goes_through` rehearses. None: now all of it goes through. Raises NotARecordsFault if nothing does.
    """
    if goes_through(records):
        return None
    if not goes_through([]):
        raise NotARecordsFault("a batch without any record fails too")
    good, failing = 0, len(records)
    while failing - good > 1:
        middle = (good + failing) // 2
        if goes_through(records[:middle]):
            good = middle
        else:
            failing = middle
    return failing - 1
