"""A project made by the database's owner, before there is anybody who could sign in and make one."""

from __future__ import annotations

import hashlib

import psycopg

from storage.postgres import Connection


def ensure_first_project(owner_dsn: str, account: str, project: str, origin: str, site_key: str, api_key: str) -> int:
    """An account with a project, its site (pages of `origin` may send) and an API key; gives the project's id.

    What is there already under these names and keys stays, so that a start that was cut off can be repeated; an origin
    that the site does not have yet is added to it.
    """
    with psycopg.connect(owner_dsn, connect_timeout=10) as connection, connection.transaction():
        connection.execute("INSERT INTO accounts (name) VALUES (%s) ON CONFLICT DO NOTHING", (account,))
        account_id = _number(connection, "SELECT account_id FROM accounts WHERE name = %s", account)
        named = (account_id, project)
        connection.execute("INSERT INTO projects (account_id, name) VALUES (%s, %s) ON CONFLICT DO NOTHING", named)
        project_id = _number(
            connection, "SELECT project_id FROM projects WHERE account_id = %s AND name = %s", account_id, project
        )
        connection.execute(
            "INSERT INTO sites (project_id, site_key, origins) VALUES (%s, %s, %s) ON CONFLICT (site_key)"
            " DO UPDATE SET origins = sites.origins || excluded.origins WHERE NOT sites.origins @> excluded.origins",
            (project_id, site_key, [origin]),
        )
        connection.execute(
            "INSERT INTO api_keys (project_id, prefix, key_hash, scopes) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            (project_id, api_key[:8], hashlib.sha256(api_key.encode()).digest(), ["read", "write"]),
        )
    return project_id


def _number(connection: Connection, query: str, *values: object) -> int:
    """The one number that a query gives."""
    row = connection.execute(query.encode(), values).fetchone()
    if row is None:
        raise LookupError(f"No row of {values!r}, though it was made in this transaction.")
    return int(row[0])
