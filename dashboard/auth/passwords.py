"""Passwords, kept as scrypt hashes: `scrypt$<log2 n>$<r>$<p>$<salt>$<hash>` in base64.

n = 2^15, r = 8, p = 3: 32 MiB and some 200 ms a try.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
from functools import cache
from typing import Final

SHORTEST: Final = 10
LONGEST: Final = 1_000
_LOG_N, _R, _P = 15, 8, 3
_TURNS = threading.BoundedSemaphore(2)  # so that many sign-ins at once take neither all memory nor all time


class WeakPassword(ValueError):
    """The password is too short, or too long to be hashed."""


def _scrypt(password: str, salt: bytes, log_n: int, r: int, p: int) -> bytes:
    memory = 2 * 128 * r * (1 << log_n)
    with _TURNS:
        return hashlib.scrypt(password.encode(), salt=salt, n=1 << log_n, r=r, p=p, maxmem=memory, dklen=32)


def hash_password(password: str) -> str:
    """What to keep of a new password. Raises WeakPassword."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(f"A password has {SHORTEST} to {LONGEST} characters.")
    salt = secrets.token_bytes(16)
    hashed = _scrypt(password, salt, _LOG_N, _R, _P)
    return "$".join(
        ["scrypt", str(_LOG_N), str(_R), str(_P), base64.b64encode(salt).decode(), base64.b64encode(hashed).decode()]
    )


@cache
def _nobody() -> str:
    return hash_password(secrets.token_urlsafe(24))


def verify(password: str, kept: str | None) -> bool:
    """Whether the password is the kept one; takes as long for None (no such user) as for a wrong password."""
    _, log_n, r, p, salt, hashed = (kept or _nobody()).split("$")
    if len(password) > LONGEST:
        password = ""
    made = _scrypt(password, base64.b64decode(salt), int(log_n), int(r), int(p))
    return hmac.compare_digest(made, base64.b64decode(hashed)) and kept is not None
