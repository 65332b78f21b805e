"""Columns as array literals: what set statements take by `unnest`, a whole batch in one round trip.

psycopg adapts a list item by item; joining the text of a column of plain numbers or words costs a tenth of that.
"""

from __future__ import annotations

from collections.abc import Iterable


def numbers(values: Iterable[int | None]) -> str:
    """Whole numbers; None becomes NULL."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def words(values: Iterable[str]) -> str:
    """Text that needs no quotes in an array: digits, letters, `-`; dates, uuids, names of our own."""
    return "{" + ",".join(values) + "}"


def texts(values: Iterable[str]) -> str:
    """Any text."""
    listed = list(values)
    if not listed:
        return "{}"
    joined = '","'.join(listed)
    # Quotes that the texts bring themselves are seen by there being more than the joints have.
    if "\\" in joined or joined.count('"') != 2 * (len(listed) - 1):
        joined = '","'.join([value.replace("\\", "\\\\").replace('"', '\\"') for value in listed])
    return '{"' + joined + '"}'


def blobs(values: Iterable[bytes]) -> str:
    """Bytes, for a bytea[]."""
    return "{" + ",".join(['"\\\\x' + value.hex() + '"' for value in values]) + "}"
