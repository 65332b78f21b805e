"""The demo account, project, user and API key: what a first look needs; kept in `var/secrets/demo.json`."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from typing import Any

import psycopg

from heatwake.settings import Settings
from ops.secrets import demo, directory, write
from storage.postgres import Database
from storage.session_index import SessionFilter, open_session_index

EMAIL = "demo@heatwake.example"


def ensure(settings: Settings) -> None:
    """Make them once."""
    if demo(settings):
        return
    site_key, api_key = secrets.token_hex(8), "hw_" + secrets.token_hex(20)
    with psycopg.connect(settings.dsn("owner")) as connection:
        insert = "INSERT INTO"
        (account,) = (
            connection.execute(f"{insert} accounts (name) VALUES ('Demo') RETURNING account_id").fetchone() or ()
        )
        (project,) = (
            connection.execute(
                f"{insert} projects (account_id, name) VALUES (%s, 'Demo shop') RETURNING project_id", (account,)
            ).fetchone()
            or ()
        )
        connection.execute(f"{insert} sites (project_id, site_key) VALUES (%s, %s)", (project, site_key))
        digest = hashlib.sha256(api_key.encode()).digest()
        connection.execute(
            f"{insert} api_keys (project_id, prefix, key_hash) VALUES (%s, %s, %s)", (project, api_key[:8], digest)
        )
    made: dict[str, Any] = {"email": EMAIL, "password": secrets.token_urlsafe(9), "project_id": project}
    made |= {"site_key": site_key, "api_key": api_key}
    write(directory(settings) / "demo.json", json.dumps(made))


def sessions(settings: Settings) -> int:
    """How many sessions the demo project has had in the last year."""
    known = demo(settings)
    if known is None:
        return 0
    now = dt.datetime.now(dt.UTC)
    period = SessionFilter(start=now - dt.timedelta(days=365), end=now + dt.timedelta(days=1))
    index = open_session_index(settings, Database(settings, "app", size=1))
    return index.search(known["project_id"], period, limit=1).total
