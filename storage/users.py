"""Users: who they are, which projects they see and by what right."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from psycopg.errors import UniqueViolation

from storage.postgres import Connection


@dataclass(frozen=True, slots=True)
class User:
    """A user. `operator`: runs the installation. `sign_in_epoch`: sign-ins of another epoch have ended."""

    user_id: int
    email: str
    name: str
    operator: bool
    sign_in_epoch: int


@dataclass(frozen=True, slots=True)
class VisibleProject:
    """A project of an account that the user is a member of, or that was granted as a whole (role `guest`)."""

    project_id: int
    name: str
    account_id: int
    account: str
    role: str


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything that a user sees: accounts (id → (name, role)), projects, and single recordings of other projects."""

    accounts: dict[int, tuple[str, str]]
    projects: dict[int, VisibleProject]
    recordings: frozenset[tuple[int, uuid.UUID]]


class EmailTaken(ValueError):
    """There is a user with this address already."""


_USER = "SELECT user_id, email, name, operator, sign_in_epoch FROM users"


def user(connection: Connection, user_id: int) -> User | None:
    """The user with this id."""
    row = connection.execute(f"{_USER} WHERE user_id = %s".encode(), (user_id,)).fetchone()
    return User(*row) if row else None


def user_by_email(connection: Connection, email: str) -> User | None:
    """The user with this address, in any case of its letters."""
    row = connection.execute(f"{_USER} WHERE email = %s".encode(), (email.strip().lower(),)).fetchone()
    return User(*row) if row else None


def password_hash(connection: Connection, email: str) -> tuple[int, str] | None:
    """(user id, password hash) of the user with this address."""
    row = connection.execute(
        "SELECT user_id, password_hash FROM users WHERE email = %s", (email.strip().lower(),)
    ).fetchone()
    return (int(row[0]), row[1]) if row else None


def create(connection: Connection, email: str, name: str, hashed: str, operator: bool = False) -> int:
    """A new user; the first one of an installation is its operator. Raises EmailTaken."""
    try:
        row = connection.execute(
            "INSERT INTO users (email, name, password_hash, operator)"
            " VALUES (%s, %s, %s, %s OR NOT EXISTS (SELECT FROM users)) RETURNING user_id",
            (email.strip().lower(), name, hashed, operator),
        ).fetchone()
    except UniqueViolation as error:
        raise EmailTaken(f"There is a user {email} already.") from error
    assert row
    return int(row[0])


def make_operator(connection: Connection, user_id: int) -> None:
    """The user may see Operations from now on."""
    connection.execute("UPDATE users SET operator = true WHERE user_id = %s", (user_id,))


def set_password(connection: Connection, user_id: int, hashed: str) -> None:
    """A new password; all sign-ins of the user end."""
    connection.execute(
        "UPDATE users SET password_hash = %s, sign_in_epoch = sign_in_epoch + 1 WHERE user_id = %s", (hashed, user_id)
    )


def end_sign_ins(connection: Connection, user_id: int) -> None:
    """All sign-ins of the user end, on every device."""
    connection.execute("UPDATE users SET sign_in_epoch = sign_in_epoch + 1 WHERE user_id = %s", (user_id,))


def sight(connection: Connection, user_id: int) -> Sight:
    """What the user sees now."""
    accounts: dict[int, tuple[str, str]] = {}
    projects: dict[int, VisibleProject] = {}
    recordings = set()
    for account_id, account, role, project_id, name, session_id in connection.execute(
        "SELECT a.account_id, a.name, m.role, p.project_id, p.name, NULL::uuid FROM memberships m"
        " JOIN accounts a ON a.account_id = m.account_id LEFT JOIN projects p ON p.account_id = a.account_id"
        " WHERE m.user_id = %(user)s"
        " UNION ALL SELECT p.account_id, a.name, 'guest', p.project_id, p.name, g.session_id FROM grants_of(%(user)s) g"
        " JOIN projects p ON p.project_id = g.project_id JOIN accounts a ON a.account_id = p.account_id"
        " ORDER BY 2, 5",
        {"user": user_id},
    ).fetchall():
        if role != "guest":
            accounts[account_id] = (account, role)
        if session_id is not None:
            recordings.add((project_id, session_id))
        elif project_id is not None and (role != "guest" or project_id not in projects):
            projects[project_id] = VisibleProject(project_id, name, account_id, account, role)
    return Sight(accounts, projects, frozenset(recordings))
