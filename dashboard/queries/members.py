"""Members of an account: who belongs to it and with which role."""

from __future__ import annotations

import re
import secrets

from dashboard.auth.access import AccountAccess
from dashboard.auth.asker import forget
from dashboard.auth.passwords import hash_password
from dashboard.errors import Forbidden, NotVisible, Problem
from dashboard.services import current
from storage import memberships, users
from storage.memberships import ROLES, LastOwner, Member, Role
from storage.postgres import Connection

EMAIL = re.compile(r"^[^@\s]{1,100}@[^@\s]{1,150}$")


def members(account: AccountAccess) -> list[Member]:
    """The account's members by their address."""
    account.demand("read")
    with current().database.transaction() as connection:
        return memberships.members(connection, account.account_id)


def add(account: AccountAccess, email: str, role: Role) -> str | None:
    """Make someone a member. For an address without a user one is made: its first password is given, only now.

    Raises Problem `invalid_parameter`, Forbidden.
    """
    _may_give(account, role)
    if not EMAIL.match(email.strip()):
        raise Problem("invalid_parameter", "email: this is no e-mail address.")
    password = secrets.token_urlsafe(12)
    with current().database.transaction() as connection:
        known = users.user_by_email(connection, email)
        user_id = known.user_id if known else users.create(connection, email, "", hash_password(password))
        if any(member.user_id == user_id for member in memberships.members(connection, account.account_id)):
            raise Problem("invalid_parameter", f"email: {email} is a member already.")
        memberships.put(connection, account.account_id, user_id, role)
    return None if known else password


def change_role(account: AccountAccess, user_id: int, role: Role) -> None:
    """Another role for a member. Raises Problem `invalid_parameter` (last owner), Forbidden, NotVisible."""
    _may_give(account, role)
    try:
        with current().database.transaction() as connection:
            _may_give(account, _role_of(connection, account, user_id))
            memberships.put(connection, account.account_id, user_id, role)
    except LastOwner as error:
        raise Problem("invalid_parameter", str(error)) from error
    forget()


def remove(account: AccountAccess, user_id: int) -> None:
    """The user is no member any more; everybody may leave. Raises as `change_role` does."""
    try:
        with current().database.transaction() as connection:
            role = _role_of(connection, account, user_id)
            if user_id != account.user_id:
                _may_give(account, role)
            memberships.remove(connection, account.account_id, user_id)
    except LastOwner as error:
        raise Problem("invalid_parameter", str(error)) from error
    forget()


def _role_of(connection: Connection, account: AccountAccess, user_id: int) -> str:
    for member in memberships.members(connection, account.account_id):
        if member.user_id == user_id:
            return member.role
    raise NotVisible(f"The account has no member {user_id}.")


def _may_give(account: AccountAccess, role: str) -> None:
    """Raise unless the asker may give and take this role: only owners make owners."""
    account.demand("admin")
    if role not in ROLES:
        raise Problem("invalid_parameter", f"role: it is one of {', '.join(ROLES)}.")
    if role == "owner" and account.role != "owner":
        raise Forbidden("Only an owner of the account may do this.")
