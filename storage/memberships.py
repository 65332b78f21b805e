"""Memberships: who belongs to an account, with which role."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal, get_args

from psycopg.rows import class_row

from storage.postgres import Connection

Role = Literal["owner", "admin", "member", "viewer"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an account."""

    user_id: int
    email: str
    name: str
    role: str
    created_at: dt.datetime


class LastOwner(ValueError):
    """An account must keep one owner."""


def members(connection: Connection, account_id: int) -> list[Member]:
    """The account's members by their address."""
    with connection.cursor(row_factory=class_row(Member)) as cursor:
        return cursor.execute(
            "SELECT u.user_id, u.email, u.name, m.role, m.created_at FROM memberships m"
            " JOIN users u ON u.user_id = m.user_id WHERE m.account_id = %s ORDER BY u.email",
            (account_id,),
        ).fetchall()


def put(connection: Connection, account_id: int, user_id: int, role: Role) -> None:
    """Make the user a member with this role, or change the role. Raises LastOwner."""
    if role != "owner":
        _keep_an_owner(connection, account_id, user_id)
    connection.execute(
        "INSERT INTO memberships (account_id, user_id, role) VALUES (%s, %s, %s)"
        " ON CONFLICT (account_id, user_id) DO UPDATE SET role = excluded.role",
        (account_id, user_id, role),
    )


def remove(connection: Connection, account_id: int, user_id: int) -> bool:
    """The user is no member any more; False if they were none. Raises LastOwner."""
    _keep_an_owner(connection, account_id, user_id)
    done = connection.execute("DELETE FROM memberships WHERE account_id = %s AND user_id = %s", (account_id, user_id))
    return done.rowcount == 1


def _keep_an_owner(connection: Connection, account_id: int, user_id: int) -> None:
    """Raise LastOwner if the user is the account's only owner; locks its owners, so that two don't go at once."""
    owners = connection.execute(
        "SELECT user_id FROM memberships WHERE account_id = %s AND role = 'owner' FOR UPDATE", (account_id,)
    ).fetchall()
    if owners == [(user_id,)]:
        raise LastOwner("This is the account's only owner; make someone else an owner first.")
