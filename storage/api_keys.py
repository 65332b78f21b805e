"""API keys: secrets that let a program read or change one project; only their SHA-256 is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import Literal

from storage.postgres import Connection

Scope = Literal["read", "write"]


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as the settings show it; `prefix` is its first characters."""

    key_id: int
    name: str
    prefix: str
    scopes: list[str]
    created_at: dt.datetime
    revoked_at: dt.datetime | None


def hashed(key: str) -> bytes:
    """What is kept of a key."""
    return hashlib.sha256(key.encode()).digest()


def open_key(connection: Connection, key: str) -> tuple[int, int, list[str]] | None:
    """(project, key id, scopes) of a key that is not revoked; needs no visible project."""
    row = connection.execute("SELECT project_id, key_id, scopes FROM open_api_key(%s)", (hashed(key),)).fetchone()
    return (int(row[0]), int(row[1]), row[2]) if row else None


def create(connection: Connection, project_id: int, name: str, scopes: list[Scope]) -> tuple[int, str]:
    """(key id, the key): the only time that the key itself is seen."""
    key = f"hw_{secrets.token_hex(20)}"
    row = connection.execute(
        "INSERT INTO api_keys (project_id, name, prefix, key_hash, scopes) VALUES (%s, %s, %s, %s, %s)"
        " RETURNING key_id",
        (project_id, name, key[:8], hashed(key), scopes),
    ).fetchone()
    assert row
    return int(row[0]), key


def keys(connection: Connection, project_id: int) -> list[ApiKey]:
    """All keys of the project, newest first, the revoked ones too."""
    return [
        ApiKey(*row)
        for row in connection.execute(
            "SELECT key_id, name, prefix, scopes, created_at, revoked_at FROM api_keys"
            " WHERE project_id = %s ORDER BY created_at DESC, key_id DESC",
            (project_id,),
        ).fetchall()
    ]


def revoke(connection: Connection, project_id: int, key_id: int) -> bool:
    """The key opens nothing from now on; False if there was no such key that opened anything."""
    done = connection.execute(
        "UPDATE api_keys SET revoked_at = now() WHERE project_id = %s AND key_id = %s AND revoked_at IS NULL",
        (project_id, key_id),
    )
    return done.rowcount == 1
