"""Leases: a worker's right to a shard for the next seconds. Workers that are alive share the shards evenly.

A worker keeps itself and its leases alive by `renew`. The live workers, in order of their names, own shards in turn;
one that holds a shard of another's gives it back, and takes its own as soon as they are free or have expired.
"""

from __future__ import annotations

from collections.abc import Collection

from storage import columns
from storage.postgres import Database, statement


def renew(database: Database, worker: str, shards: int, lease_s: float) -> tuple[set[int], set[int]]:
    """Live on for `lease_s`; gives the shards held now, and those of them that another live worker should have."""
    with database.transaction() as connection:
        connection.execute(statement("shard_leases.live"), {"worker": worker, "lease_s": lease_s})
        listed = connection.execute("SELECT worker FROM workers WHERE expires_at > now() ORDER BY worker").fetchall()
        live = [name for (name,) in listed]
        own = [shard for shard in range(shards) if live[shard % len(live)] == worker]
        held = connection.execute(
            statement("shard_leases.take"), {"worker": worker, "own": columns.numbers(own), "lease_s": lease_s}
        ).fetchall()
    mine = {int(shard) for (shard,) in held if shard < shards}
    return mine, mine - set(own)


def give_back(database: Database, worker: str, shards: Collection[int]) -> None:
    """Let another worker have these shards at once."""
    database.rows(
        "DELETE FROM shard_leases WHERE owner = %s AND shard = ANY(%s) RETURNING shard", (worker, list(shards))
    )


def leave(database: Database, worker: str) -> None:
    """Give everything back and be counted among the live workers no more."""
    with database.transaction() as connection:
        connection.execute("DELETE FROM shard_leases WHERE owner = %s", (worker,))
        connection.execute("DELETE FROM workers WHERE worker = %s", (worker,))
