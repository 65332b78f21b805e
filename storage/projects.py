"""Accounts and their projects."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg.errors import UniqueViolation

from storage.postgres import Connection


class NameTaken(ValueError):
    """The account has a project, or the installation an account, of this name already."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project and the account that owns it."""

    project_id: int
    name: str
    account_id: int
    account: str


def account_named(connection: Connection, name: str) -> int:
    """The id of the account of this name; made if there is none."""
    connection.execute("INSERT INTO accounts (name) VALUES (%s) ON CONFLICT DO NOTHING", (name,))
    row = connection.execute("SELECT account_id FROM accounts WHERE name = %s", (name,)).fetchone()
    assert row
    return int(row[0])


def create_account(connection: Connection, name: str) -> int:
    """A new account. Raises NameTaken."""
    try:
        row = connection.execute("INSERT INTO accounts (name) VALUES (%s) RETURNING account_id", (name,)).fetchone()
    except UniqueViolation as error:
        raise NameTaken(f"There is an account {name!r} already.") from error
    assert row
    return int(row[0])


def create(connection: Connection, account_id: int, name: str) -> int:
    """A new project, which this transaction sees from now on. Raises NameTaken."""
    try:
        row = connection.execute(
            "INSERT INTO projects (account_id, name) VALUES (%s, %s) RETURNING project_id", (account_id, name)
        ).fetchone()
    except UniqueViolation as error:
        raise NameTaken(f"The account has a project {name!r} already.") from error
    assert row
    connection.execute("SELECT set_config('heatwake.projects', %s, true)", (str(row[0]),))
    return int(row[0])


def rename(connection: Connection, project_id: int, name: str) -> None:
    """Another name. Raises NameTaken."""
    try:
        connection.execute("UPDATE projects SET name = %s WHERE project_id = %s", (name, project_id))
    except UniqueViolation as error:
        raise NameTaken(f"The account has a project {name!r} already.") from error


def project(connection: Connection, project_id: int) -> Project | None:
    """A project with its account."""
    row = connection.execute(
        "SELECT p.project_id, p.name, a.account_id, a.name FROM projects p"
        " JOIN accounts a ON a.account_id = p.account_id WHERE p.project_id = %s",
        (project_id,),
    ).fetchone()
    return Project(*row) if row else None


def every_project(connection: Connection) -> list[Project]:
    """All projects of the installation, by account and name; for its operator."""
    return [
        Project(*row)
        for row in connection.execute(
            "SELECT p.project_id, p.name, a.account_id, a.name FROM projects p"
            " JOIN accounts a ON a.account_id = p.account_id ORDER BY a.name, p.name"
        ).fetchall()
    ]
