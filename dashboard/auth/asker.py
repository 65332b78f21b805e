"""Who asks: the user of the sign-in cookie, or the API key of the Authorization header; looked up once a request."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, request

from dashboard.auth import cookies
from dashboard.errors import Problem
from dashboard.services import current
from storage import api_keys, users
from storage.users import Sight, User


@dataclass(frozen=True)
class Key:
    """An opened API key."""

    project_id: int
    key_id: int
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Asker:
    """Nobody, a user with what they see, or a key."""

    user: User | None = None
    sight: Sight | None = None
    key: Key | None = None


def asker() -> Asker:
    """Who asks. Raises Problem `invalid_key` for a key that opens nothing, DatabaseUnavailable."""
    known: Asker | None = g.get("heatwake_asker")
    if known is None:
        known = g.heatwake_asker = _of_key() or _of_cookie() or Asker()
    return known


def forget() -> None:
    """Look again at the next question: what the asker sees has just been changed."""
    g.pop("heatwake_asker", None)


def _of_key() -> Asker | None:
    header = request.headers.get("Authorization", "")
    if not header:
        return None
    scheme, _, key = header.partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key or len(key) > 200:
        raise Problem("invalid_key", "The Authorization header must be `Bearer` and an API key.", _CHALLENGE)
    with current().database.transaction() as connection:
        opened = api_keys.open_key(connection, key)
    if opened is None:
        raise Problem("invalid_key", headers=_CHALLENGE)
    return Asker(key=Key(opened[0], opened[1], tuple(opened[2])))


_CHALLENGE = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


def _of_cookie() -> Asker | None:
    cookie = cookies.signed_in()
    if cookie is None:
        return None
    user_id, epoch = cookie
    with current().database.transaction() as connection:
        user = users.user(connection, user_id)
        if user is None or user.sign_in_epoch != epoch:
            return None
        return Asker(user=user, sight=users.sight(connection, user_id))
