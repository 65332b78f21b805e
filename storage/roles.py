"""The database and its roles: the owner migrates, the worker writes for all tenants, the app sees its own projects."""

from __future__ import annotations

import psycopg
from psycopg import sql

DATABASE = "heatwake"


def ensure_roles(superuser_dsn: str, passwords: dict[str, str]) -> None:
    """Make the login roles (role → password) and the database, owned by heatwake_owner, where they are missing.

    Passwords are set anew each time, so that the files and the server can't drift apart.
    """
    with psycopg.connect(superuser_dsn, autocommit=True, connect_timeout=10) as connection:
        known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role, password in passwords.items():
            verb = sql.SQL("ALTER" if role in known else "CREATE")
            statement = sql.SQL("{} ROLE {} LOGIN PASSWORD {}")
            connection.execute(statement.format(verb, sql.Identifier(role), sql.Literal(password)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(DATABASE), sql.Identifier("heatwake_owner")
                )
            )


def ensure_partitions(owner_dsn: str) -> int:
    """Make the daily partitions from three days ago to two weeks ahead; gives how many were missing."""
    with psycopg.connect(owner_dsn, connect_timeout=10) as connection:
        made = connection.execute("SELECT ensure_partitions(current_date - 3, current_date + 14)").fetchone()
    return int(made[0]) if made else 0
