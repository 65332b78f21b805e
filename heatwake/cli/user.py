"""`heatwake user`: make users, and give them a new password."""

from __future__ import annotations

import argparse
import json
import re
import secrets
from typing import Any

from dashboard.auth.passwords import WeakPassword, hash_password
from heatwake.cli.errors import CommandError
from heatwake.settings import Settings
from storage import memberships, projects, users
from storage.memberships import LastOwner
from storage.postgres import Database

EMAIL = re.compile(r"^[^@\s]{1,100}@[^@\s]{1,150}$")


def add(commands: Any) -> None:
    """Add `user create` and `user password`."""
    group = commands.add_parser("user", help="users: who may sign in").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    make = group.add_parser("create", help="a user, as a member of an account")
    make.add_argument("--email", required=True, metavar="E", help="the address to sign in with")
    make.add_argument("--password", metavar="P", help="the password; without it one is made and printed")
    make.add_argument("--name", default="", metavar="N", help="how others see the user")
    make.add_argument("--org", metavar="O", help="the account that they belong to; made if there is none")
    make.add_argument("--role", choices=memberships.ROLES, default="member", help="their role there (default: member)")
    make.add_argument("--operator", action="store_true", help="may see Operations; the first user always may")
    make.add_argument("--json", action="store_true", help="user_id, created and password as one JSON object")
    make.set_defaults(run=create)
    change = group.add_parser("password", help="give a user a new password and end all their sign-ins")
    change.add_argument("--email", required=True, metavar="E", help="the user's address")
    change.add_argument("--password", metavar="P", help="the password; without it one is made and printed")
    change.set_defaults(run=password)


def create(settings: Settings, asked: argparse.Namespace) -> int:
    """Make the user; one who is there already keeps the password and gets the membership and the right."""
    if not EMAIL.match(asked.email):
        raise CommandError(f"{asked.email!r} is no e-mail address.")
    secret, hashed = _hashed(asked.password)
    try:
        with Database(settings, "owner", size=1).transaction() as connection:
            known = users.user_by_email(connection, asked.email)
            user_id = (
                known.user_id if known else users.create(connection, asked.email, asked.name, hashed, asked.operator)
            )
            if asked.operator:
                users.make_operator(connection, user_id)
            if asked.org:
                account_id = projects.account_named(connection, asked.org)
                memberships.put(connection, account_id, user_id, asked.role)
    except LastOwner as error:
        raise CommandError(str(error)) from error
    shown = secret if not asked.password and not known else None
    if asked.json:
        print(json.dumps({"user_id": user_id, "created": known is None, "password": shown}))
        return 0
    print(f"User {user_id} {asked.email}" + (" was there already; the password stays as it was." if known else ""))
    if shown:
        print(f"Password {shown} (shown only now)")
    return 0


def password(settings: Settings, asked: argparse.Namespace) -> int:
    """Set a new password."""
    secret, hashed = _hashed(asked.password)
    with Database(settings, "owner", size=1).transaction() as connection:
        known = users.user_by_email(connection, asked.email)
        if known is None:
            raise CommandError(f"There is no user {asked.email}.")
        users.set_password(connection, known.user_id, hashed)
    print(f"{known.email} has a new password; all sign-ins have ended.")
    if not asked.password:
        print(f"Password {secret} (shown only now)")
    return 0


def _hashed(given: str | None) -> tuple[str, str]:
    """(password, what to keep of it). Raises CommandError."""
    secret = given or secrets.token_urlsafe(12)
    try:
        return secret, hash_password(secret)
    except WeakPassword as error:
        raise CommandError(str(error)) from error
