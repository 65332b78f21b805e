"""Sites: by the key that their snippet carries, which the collector's door asks for, and by their project."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from psycopg.rows import class_row

from storage import quotas, recording_strings, visitor_salts
from storage.postgres import Connection, Database, statement
from storage.site_rules import ALL_SESSIONS, Consent, Privacy, SiteRules

KNOWN_BY: Final = 8  # digits of a string's hash; the tracker's recorder names it whole
HOST: Final = re.compile(r"^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$|^[0-9a-f:]+$")


class Site(msgspec.Struct, frozen=True):
    """What a collector knows of a site; read again by lua/site_rules.lua. Limits: 0 for none.

    `origins` empty: any page may send; else only pages of these origins (scheme://host[:port], `*.` for hosts below).
    `sample_below`: a session is kept if the last eight hex digits of its id, as a number, are below this.
    `sessions_today`: of the project, on `sessions_day` (days since 1970), as far as they count against the limit.
    `known`: eight hex digits of the hash of each of the project's most common long strings; trackers only name them.
    `over_until`: unix s; until then the project takes nothing in, since it has had its events of the month.
    """

    project_id: int
    site_id: int
    origins: list[str]
    enabled: bool
    record: bool
    sample_below: int = ALL_SESSIONS
    filter_bots: bool = True
    keep_do_not_track: bool = True
    requests_per_second: int = 0
    client_sessions_per_minute: int = 0
    sessions_per_day: int = 0
    sessions_today: int = 0
    sessions_day: int = 0
    over_until: int = 0
    consent: Consent = "none"
    privacy: Privacy = "normal"
    salts: list[tuple[int, str]] = []  # of days since 1970, as hex digits
    known: list[str] = []


def sites_by_key(database: Database, keys: Collection[str]) -> dict[str, Site]:
    """The sites that these keys name, by key; as many statements for many as for one. Raises DatabaseUnavailable."""
    with database.transaction() as connection:
        rows = connection.execute(statement("sites.by_key"), {"keys": list(keys)}).fetchall()
        limited = {project_id for _, project_id, *_, a_day, a_month, events in rows if a_day or a_month or events}
        now = dt.datetime.now(dt.UTC)
        used = quotas.used(connection, limited, now) if limited else {}
        # Also for sites that ask for no consent: a page that was loaded when its site did still sends zeros.
        salts = visitor_salts.around(connection, now.date()) if rows else []
        known = recording_strings.common(connection, sorted({project_id for _, project_id, *_ in rows})) if rows else {}
    return {key: _site(row, used.get(row[0], quotas.NOTHING), salts, known.get(row[0], [])) for key, *row in rows}


def site_by_key(database: Database, key: str) -> Site | None:
    """The site with this key, or None. Raises DatabaseUnavailable."""
    return sites_by_key(database, [key]).get(key)


def _site(row: list[Any], used: quotas.Used, salts: list[tuple[int, str]], known: list[str]) -> Site:
    """A site from its columns in sites.by_key, those behind its key, and what its project has used and shares."""
    project_id, site_id, origins, enabled, record, *rules, a_day, a_month, _ = row
    kept = SiteRules(*rules)
    sessions_per_day, sessions_today = used.today(a_day or 0, a_month or 0)
    return Site(
        project_id,
        site_id,
        origins,
        enabled,
        record,
        sample_below=kept.sample_below,
        filter_bots=kept.filter_bots,
        keep_do_not_track=kept.keep_do_not_track,
        requests_per_second=kept.requests_per_second or 0,
        client_sessions_per_minute=kept.client_sessions_per_minute or 0,
        sessions_per_day=sessions_per_day,
        sessions_today=sessions_today,
        sessions_day=used.day,
        over_until=used.over_until,
        consent=kept.consent,
        privacy=kept.privacy,
        salts=salts,
        known=[hash[:KNOWN_BY] for hash in known],
    )


def cache_key(key: str) -> str:
    """Where the cache keeps what the monolith says of a site; the collector's Lua reads it by this name too."""
    return f"hw:site:{key}"


class BadOrigin(ValueError):
    """The text is no origin; it says what one looks like."""


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site as its project's settings show it."""

    site_id: int
    site_key: str
    origins: list[str]
    enabled: bool
    record: bool
    created_at: dt.datetime
    sample_rate: float
    filter_bots: bool
    keep_do_not_track: bool
    requests_per_second: int | None
    client_sessions_per_minute: int | None
    consent: Consent
    privacy: Privacy

    @property
    def rules(self) -> SiteRules:
        """Its rules, to look at or to change."""
        return SiteRules(
            self.sample_rate,
            self.filter_bots,
            self.keep_do_not_track,
            self.requests_per_second,
            self.client_sessions_per_minute,
            self.consent,
            self.privacy,
        )


def origin_of(text: str) -> str:
    """The origin of an address, as a browser sends it: scheme, host, and the port if it is not the scheme's own.

    Raises BadOrigin.
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname or not HOST.match(parts.hostname):
        raise BadOrigin(f"{text!r} is no origin; it looks like https://shop.example or http://localhost:3000.")
    own = {"http": 80, "https": 443}[parts.scheme]
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != own else "")


def create_site(connection: Connection, project_id: int, origins: list[str]) -> tuple[int, str]:
    """(site id, site key) of a new site."""
    key = secrets.token_hex(8)
    row = connection.execute(
        "INSERT INTO sites (project_id, site_key, origins) VALUES (%s, %s, %s) RETURNING site_id",
        (project_id, key, origins),
    ).fetchone()
    assert row
    return int(row[0]), key


def sites(connection: Connection, project_id: int) -> list[SiteRow]:
    """The project's sites, oldest first."""
    with connection.cursor(row_factory=class_row(SiteRow)) as cursor:
        return cursor.execute(
            "SELECT site_id, site_key, origins, enabled, record, created_at, sample_rate, filter_bots,"
            " keep_do_not_track, requests_per_second, client_sessions_per_minute, consent, privacy FROM sites"
            " WHERE project_id = %s ORDER BY site_id",
            (project_id,),
        ).fetchall()


def change_site(
    connection: Connection, project_id: int, site_id: int, origins: list[str], enabled: bool, record: bool
) -> str | None:
    """Change a site; gives its key, under which the cache may know it still; None if there is no such site."""
    row = connection.execute(
        "UPDATE sites SET origins = %s, enabled = %s, record = %s WHERE project_id = %s AND site_id = %s"
        " RETURNING site_key",
        (origins, enabled, record, project_id, site_id),
    ).fetchone()
    return str(row[0]) if row else None
