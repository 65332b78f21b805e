"""Long strings that the recordings of a site share, and the dictionaries that they are packed with: content-addressed,
each kept once a site for as long as a recording names it.

Whoever packs or sweeps holds `sole`, so that nothing is swept that is being named. Blobs are put before their rows and
deleted after them: what is cut off leaves a blob without a row, which the next of the same content takes up.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, Literal, NamedTuple

from storage import columns
from storage.blobs import BlobCorrupt, BlobMissing, BlobStore
from storage.postgres import Connection, Database, statement
from storage.recording_pack import BadPack, pack_string, unpack_string

LOCK: Final = 724206  # beside those of storage.upkeep
MOST_COMMON: Final = 5  # of a site's strings are told to its trackers: each makes the loader longer

Kind = Literal["strings", "dictionaries"]
KINDS: Final[tuple[Kind, ...]] = ("strings", "dictionaries")


class Dictionary(NamedTuple):
    """A dictionary's row; `uses`: recordings that are packed with it; `nth`: of its project's, from 1."""

    hash: str
    uses: int
    nth: int


def key(project_id: int, kind: Kind, hash: str) -> str:
    """Where one lies in the blob store."""
    return f"shared/{project_id}/{kind}/{hash}.zst"


@contextmanager
def sole(connection: Connection) -> Iterator[bool]:
    """Whether nobody else packs or sweeps, nor will until the connection's transaction ends."""
    connection.execute("SET LOCAL idle_in_transaction_session_timeout = '5min'")  # a long recording takes its time
    row = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,)).fetchone()
    yield bool(row and row[0])


def put(
    database: Database, blobs: BlobStore, project_id: int, kind: Kind, found: Mapping[str, bytes]
) -> dict[str, tuple[int, int]]:
    """Keep those that are not kept yet: their blobs are there when this returns, their rows are for `use`.

    Gives (bytes before, bytes as kept) of each new one.
    """
    with database.transaction([project_id]) as connection:
        known = _known(connection, project_id, kind, found)
    made = {}
    for hash in sorted(found.keys() - known):
        data = pack_string(found[hash])
        blobs.put(key(project_id, kind, hash), data)
        made[hash] = (len(found[hash]), len(data))
    return made


def use(
    connection: Connection, project_id: int, kind: Kind, more: Mapping[str, int], sizes: Mapping[str, tuple[int, int]]
) -> None:
    """Count recordings that name them, or less than 0 that no longer do; `sizes`: of those that have no row yet."""
    if not more:
        return
    hashes = sorted(more)
    connection.execute(
        statement(f"recording_{kind}.use"),
        {
            "project": project_id,
            "hashes": hashes,
            "uses": [more[one] for one in hashes],
            "raw": [sizes.get(one, (0, 0))[0] for one in hashes],
            "bytes": [sizes.get(one, (0, 0))[1] for one in hashes],
        },
    )


def read(blobs: BlobStore, project_id: int, kind: Kind, hash: str) -> bytes | None:
    """One's content; None if it is not there. Raises BlobCorrupt, BadPack."""
    try:
        return unpack_string(blobs.get(key(project_id, kind, hash)))
    except BlobMissing:
        return None


def getter(blobs: BlobStore, project_id: int) -> Callable[[str], bytes | None]:
    """Reads a project's strings by hash; None for one that is not there or damaged."""

    def get(hash: str) -> bytes | None:
        try:
            return read(blobs, project_id, "strings", hash)
        except (BlobCorrupt, BadPack):
            return None

    return get


def kept(connection: Connection, project_id: int, hashes: Collection[str]) -> set[str]:
    """Those of the strings that are kept."""
    return _known(connection, project_id, "strings", hashes)


def common(connection: Connection, projects: Sequence[int]) -> dict[int, list[str]]:
    """Of each project the few strings that cost its visitors most when they are sent: hashes."""
    rows = connection.execute(
        statement("recording_strings.common"), {"projects": columns.numbers(projects), "limit": MOST_COMMON}
    ).fetchall()
    found: dict[int, list[str]] = {}
    for project_id, hash in rows:
        found.setdefault(project_id, []).append(hash)
    return found


def newest_dictionary(connection: Connection, project_id: int) -> Dictionary | None:
    """The dictionary that was made last."""
    row = connection.execute(
        "SELECT hash, uses, count(*) OVER () FROM recording_dictionaries WHERE project_id = %s"
        " ORDER BY made_at DESC LIMIT 1",
        (project_id,),
    ).fetchone()
    return Dictionary(*row) if row else None


def release(connection: Connection, project_id: int, sessions: Sequence[uuid.UUID]) -> None:
    """The recordings of these sessions go: they no longer name what they named. Before their rows go."""
    for kind in KINDS:
        connection.execute(statement(f"recording_{kind}.release"), {"project": project_id, "sessions": list(sessions)})


def sweep(
    database: Database, blobs: BlobStore, unused_for: dt.timedelta, projects: Sequence[int] | None = None
) -> int | None:
    """Remove what no recording has named for so long, of all projects or of these; gives how many. None if somebody
    packs just now.

    A tracker may name a string that it was told of earlier: it is left for some days, unless a visitor is erased.
    """
    swept = 0
    with database.transaction() as guard, sole(guard) as alone:
        if not alone:
            return None
        for kind in KINDS:
            with database.transaction(projects or ()) as connection:
                rows = connection.execute(
                    f"DELETE FROM recording_{kind} WHERE uses <= 0 AND used_at <= now() - %s"
                    " AND (%s::bigint[] IS NULL OR project_id = ANY(%s)) RETURNING project_id, hash".encode(),
                    (unused_for, projects, projects),
                ).fetchall()
            blobs.delete([key(project_id, kind, hash) for project_id, hash in rows])
            swept += len(rows)
    return swept


def _known(connection: Connection, project_id: int, kind: Kind, hashes: Collection[str]) -> set[str]:
    rows = connection.execute(
        f"SELECT hash FROM recording_{kind} WHERE project_id = %s AND hash = ANY(%s)".encode(),
        (project_id, sorted(hashes)),
    ).fetchall()
    return {hash for (hash,) in rows}
