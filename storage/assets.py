"""What recorded pages show beside their text: pictures, fonts, stylesheets. Each address once a project, fetched at
record time, and kept by its content: `assets/<project>/<sha256>.<kind>` in the blob store.

A site changes what lies at an address, so each content that was found there is a version, and a recording shows the one
of its time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Collection, Iterable
from typing import Final, Literal, NamedTuple

from storage import columns
from storage.blobs import BlobStore
from storage.postgres import Connection, Database, statement

Missing = Literal["blocked_address", "too_large", "wrong_type", "unreachable", "over_quota", "waiting"]
# Why an asset is not there, as a person is told.
MISSING: Final[dict[Missing, str]] = {
    "blocked_address": "its address is not public",
    "too_large": "too large to keep",
    "wrong_type": "no picture, font or stylesheet",
    "unreachable": "could not be fetched",
    "over_quota": "the project's room for assets is used up",
    "waiting": "not fetched yet",
}

# By kind: the extension of a content's name.
CONTENT_TYPES: Final = {
    "css": "text/css",
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "svg": "image/svg+xml",
    "ico": "image/x-icon",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "ttf": "font/ttf",
    "otf": "font/otf",
}

MOST_ADDRESSES: Final = 50_000  # of a project; what is named beyond stays missing


class NamedAsset(NamedTuple):
    """An address that a recording shows."""

    project_id: int
    address_hash: int
    address: str


class Due(NamedTuple):
    """An address to fetch. `kept_bytes`: what the project's assets take; `origins`: of its sites."""

    project_id: int
    address_hash: int
    address: str
    attempts: int
    etag: str
    modified: str
    kept_bytes: int
    origins: list[str]


class Found(NamedTuple):
    """What lay at an address. `uses`: contents that a stylesheet names; `lacks`: "reason address" of what it lacks."""

    content: str
    bytes: int
    uses: list[str]
    lacks: list[str]
    etag: str
    modified: str


class MissingAsset(NamedTuple):
    """An asset that a replay lacks; `reason`: see MISSING."""

    page_view_id: int
    address: str
    reason: Missing


def address_hash(address: str) -> int:
    """An address' number: the first 8 bytes of its SHA-256."""
    return int.from_bytes(hashlib.sha256(address.encode(errors="replace")).digest()[:8], "big", signed=True)


def blob_key(project_id: int, content: str) -> str:
    """Where a content lies in the blob store."""
    return f"assets/{project_id}/{content}"


def name(connection: Connection, named: Iterable[NamedAsset]) -> None:
    """These are shown; new ones are fetched soon, old ones once more. No project has more than MOST_ADDRESSES."""
    rows = sorted(set(named))
    if rows:
        connection.execute(
            statement("assets.name"),
            {
                "project_id": columns.numbers(row.project_id for row in rows),
                "address_hash": columns.numbers(row.address_hash for row in rows),
                "address": columns.texts(row.address for row in rows),
                "most": MOST_ADDRESSES,
            },
        )


def claim(database: Database, most: int, hold_s: float) -> list[Due]:
    """Up to `most` addresses to fetch; nobody else is given them within `hold_s`."""
    with database.transaction() as connection:
        return [
            Due(*row)
            for row in connection.execute(statement("assets.claim"), {"most": most, "hold_s": hold_s}).fetchall()
        ]


def found(connection: Connection, due: Due, what: Found) -> None:
    """Keep what lay at an address; its blob is there already. Nothing is added if the same lay there before."""
    connection.execute(
        "INSERT INTO asset_versions (project_id, address_hash, since, content, bytes, uses, lacks)"
        " SELECT a.project_id, a.address_hash, a.asked_at, %(content)s, %(bytes)s, %(uses)s, %(lacks)s FROM assets a"
        " WHERE a.project_id = %(project_id)s AND a.address_hash = %(address_hash)s AND %(content)s IS DISTINCT FROM ("
        "   SELECT v.content FROM asset_versions v WHERE v.project_id = a.project_id"
        "   AND v.address_hash = a.address_hash ORDER BY v.since DESC LIMIT 1)"
        " ON CONFLICT (project_id, address_hash, since) DO UPDATE SET content = excluded.content,"
        " bytes = excluded.bytes, uses = excluded.uses, lacks = excluded.lacks",
        {**what._asdict(), "project_id": due.project_id, "address_hash": due.address_hash},
    )
    connection.execute(
        "UPDATE assets SET due_at = NULL, checked_at = now(), missing = '', etag = %s, modified = %s"
        " WHERE project_id = %s AND address_hash = %s",
        (what.etag, what.modified, due.project_id, due.address_hash),
    )


def unchanged(connection: Connection, due: Due) -> None:
    """What lies at an address is what lay there before."""
    connection.execute(
        "UPDATE assets SET due_at = NULL, checked_at = now() WHERE project_id = %s AND address_hash = %s",
        (due.project_id, due.address_hash),
    )


def not_found(connection: Connection, due: Due, reason: Missing, again_s: float | None) -> None:
    """There is nothing to keep at an address; it is tried again after `again_s`, or when it is named another day."""
    connection.execute(
        "UPDATE assets SET missing = %s, checked_at = now(), due_at = now() + %s * interval '1 second'"
        " WHERE project_id = %s AND address_hash = %s",
        (reason, again_s, due.project_id, due.address_hash),
    )


def of_session(
    connection: Connection, project_id: int, days: Collection[dt.date], session_id: uuid.UUID
) -> tuple[dict[str, str], list[MissingAsset]]:
    """(the content by address, what is not there) of all that the session's recording shows."""
    stored: dict[str, str] = {}
    lacking: list[MissingAsset] = []
    values = {"project_id": project_id, "days": list(days), "session_id": session_id}
    for address, content, reason, due, page_view, lacks in connection.execute(
        statement("assets.of_session"), values
    ).fetchall():
        if content:
            stored[address] = content
        else:
            lacking.append(MissingAsset(page_view, address, reason or ("waiting" if due else "unreachable")))
        for lack in lacks:
            why, _, inner = lack.partition(" ")
            lacking.append(MissingAsset(page_view, inner, why))
    return stored, lacking


def missing_assets(connection: Connection, project_id: int, day: dt.date, session_id: uuid.UUID) -> list[MissingAsset]:
    """What the session's replay lacks, each address once, with the first page view that shows it."""
    return of_session(connection, project_id, [day], session_id)[1]


def of_snapshot(connection: Connection, project_id: int, snapshot_hash: str) -> dict[str, str]:
    """The content by address of what a page's snapshot shows."""
    rows = connection.execute(
        statement("assets.of_snapshot"), {"project_id": project_id, "hash": snapshot_hash}
    ).fetchall()
    return dict(rows)


def named_by(
    connection: Connection, project_id: int, days: Collection[dt.date], sessions: Collection[uuid.UUID]
) -> list[int]:
    """The addresses (hashes) that the sessions' recordings show: to be asked before the sessions are removed."""
    rows = connection.execute(
        statement("assets.named_by"), {"project_id": project_id, "days": list(days), "sessions": list(sessions)}
    ).fetchall()
    return [number for (number,) in rows]


def remove_only_of(connection: Connection, project_id: int, addresses: Collection[int]) -> list[str]:
    """Of `addresses`, forget those that no recording or snapshot of the project shows any more.

    `named_by` before the sessions' rows go, this after, both in the transaction that removes them. Gives the keys of
    the blobs that nothing names any more: to be deleted when it is committed; what stays of them `sweep` takes.
    """
    if not addresses:
        return []
    rows = connection.execute(
        statement("assets.only_of"), {"project_id": project_id, "addresses": list(addresses)}
    ).fetchall()
    return [blob_key(project_id, content) for (content,) in rows]


def remove_unnamed(database: Database, blobs: BlobStore, project_id: int) -> int:
    """Remove what no recording that is left shows, nor a page's snapshot; how many blobs went."""
    with database.transaction([project_id]) as connection:
        connection.execute(statement("assets.unnamed"), {"project_id": project_id})
    return sweep(database, blobs, project_id)


def sweep(database: Database, blobs: BlobStore, project_id: int) -> int:
    """Remove the blobs that no version names. The list is read first: what is put meanwhile is not in it.

    Gives how many went.
    """
    there = [key for key, _ in blobs.list(blob_key(project_id, ""))]
    with database.transaction([project_id]) as connection:
        kept = {
            blob_key(project_id, content)
            for (content,) in connection.execute(
                "SELECT unnest(uses || content) FROM asset_versions WHERE project_id = %s", (project_id,)
            ).fetchall()
        }
        fetching = connection.execute(
            "SELECT EXISTS (SELECT FROM assets WHERE project_id = %s AND due_at IS NOT NULL AND attempts > 0)",
            (project_id,),
        ).fetchone()
    # What is being fetched puts its blobs before it names them: another sweep takes them if they stay without a name.
    gone = [] if fetching and fetching[0] else [key for key in there if key not in kept]
    blobs.delete(gone)
    return len(gone)
