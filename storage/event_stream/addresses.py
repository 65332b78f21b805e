"""What a `redis://` address says; that of a cluster may name several of its servers, `redis://a:6379,b:6379/0`."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

PORT = 6379


@dataclass(frozen=True)
class Addresses:
    """Servers as (host, port), and how to sign in. `password` and `user` empty: without."""

    servers: tuple[tuple[str, int], ...]
    user: str
    password: str
    database: int


def addresses(url: str) -> Addresses:
    """Read the address. Raises ValueError with what is wrong with it."""
    parts = urlsplit(url)
    if parts.scheme != "redis":
        raise ValueError(f"begins with {parts.scheme}://; only plain redis:// is spoken")
    signed, _, named = parts.netloc.rpartition("@")
    user, _, password = signed.partition(":")
    servers = []
    for server in named.split(","):
        one = urlsplit(f"redis://{server}")
        if not one.hostname:
            raise ValueError(f"names no server in {named!r}")
        servers.append((one.hostname, one.port or PORT))
    database = parts.path.strip("/") or "0"
    if not database.isdigit():
        raise ValueError(f"ends with {parts.path!r}; it must end with the number of a database, as /0")
    return Addresses(tuple(servers), unquote(user), unquote(password), int(database))
