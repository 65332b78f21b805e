"""What users change of themselves."""

from __future__ import annotations

from dashboard.auth import attempts, guard
from dashboard.auth.passwords import WeakPassword, hash_password, verify
from dashboard.errors import Problem
from dashboard.services import current
from storage import users


def change_password(old: str, new: str) -> None:
    """Another password; every sign-in of the user ends, this one too. Raises Problem."""
    user = guard.user()
    attempts.note(current().cache, user.email)
    with current().database.transaction() as connection:
        kept = users.password_hash(connection, user.email)
    if not verify(old, kept[1] if kept else None):
        raise Problem("wrong_sign_in", "The old password is not right.")
    try:
        hashed = hash_password(new)
    except WeakPassword as error:
        raise Problem("invalid_parameter", f"password: {error}") from error
    attempts.forgive(current().cache, user.email)
    with current().database.transaction() as connection:
        users.set_password(connection, user.user_id, hashed)
