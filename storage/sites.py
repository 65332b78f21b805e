"""Sites by the key that their snippet carries: what the collector's door asks before it takes anything."""

from __future__ import annotations

import msgspec

from storage.postgres import Database


class Site(msgspec.Struct, frozen=True):
    """`origins` empty: any page may send; else only pages of these origins (scheme://host[:port])."""

    project_id: int
    site_id: int
    origins: list[str]
    enabled: bool
    record: bool


def site_by_key(database: Database, key: str) -> Site | None:
    """The site with this key, or None. Raises DatabaseUnavailable."""
    rows = database.rows("SELECT project_id, site_id, origins, enabled, record FROM site_by_key(%s)", (key,))
    return Site(*rows[0]) if rows else None


def cache_key(key: str) -> str:
    """Where the cache keeps what the monolith says of a site; the collector's Lua reads it by this name too."""
    return f"hw:site:{key}"
