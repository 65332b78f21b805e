"""How often a wrong sign-in may be tried: counted in the cache by address, by where it comes from, and by both.

Few for both together; more for an address alone, so that a stranger does not lock its owner out at once.
"""

from __future__ import annotations

import hashlib
from typing import Final

from flask import request

from dashboard.errors import Problem
from storage.cache import Cache

SECONDS: Final = 15 * 60
MOST_OF_BOTH: Final = 6
MOST_AN_ADDRESS: Final = 60
MOST_A_CLIENT: Final = 120


def client() -> str:
    """Where the request comes from; the edge, on this machine, says for whom it asks."""
    peer = request.remote_addr or ""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return forwarded.rpartition(",")[2].strip() if forwarded and peer in ("127.0.0.1", "::1", "") else peer


def _key(kind: str, value: str) -> str:
    return f"hw:sign-in:{kind}:{hashlib.sha256(value.encode()).hexdigest()[:32]}"


def note(cache: Cache, email: str) -> None:
    """Count an attempt before it is looked at, so that many at once count too. Raises Problem `too_many_attempts`."""
    address, origin = email.strip().lower(), client()
    of_both = cache.count(_key("both", f"{address} {origin}"), SECONDS)
    by_address = cache.count(_key("address", address), SECONDS)
    by_client = cache.count(_key("client", origin), SECONDS)
    if of_both > MOST_OF_BOTH or by_address > MOST_AN_ADDRESS or by_client > MOST_A_CLIENT:
        raise Problem("too_many_attempts", headers={"Retry-After": str(SECONDS)})


def forgive(cache: Cache, email: str) -> None:
    """The sign-in was right: its address and its client start anew."""
    address, origin = email.strip().lower(), client()
    for key in (_key("both", f"{address} {origin}"), _key("address", address), _key("client", origin)):
        cache.delete(key)
