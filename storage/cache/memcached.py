"""What both cache adapters share: pymemcache's client for nodes that may come and go, and the promises of `Cache`."""

from __future__ import annotations

import hashlib
import socket
import time
from typing import Any, Final
from urllib.parse import unquote

from pymemcache.client.base import Client
from pymemcache.client.hash import HashClient
from pymemcache.exceptions import MemcacheError

LARGEST_VALUE: Final = 1_000_000  # bytes; memcached keeps 1 MiB with its key and header
LISTING_S: Final = 30.0
_VERSION: Final = "hw:version:"


class CacheUnavailable(OSError):
    """No memcached node can be reached; the text names them."""


def _safe(key: str) -> str:
    """`key`, or its hash where memcached would not take it (250 bytes, no blanks, ASCII)."""
    if len(key) <= 200 and key.isascii() and key.isprintable() and " " not in key:
        return key
    return "hw:hash:" + hashlib.sha256(key.encode()).hexdigest()


class MemcachedNodes:
    """The promises of `storage.cache.Cache` on these nodes; a node that fails is left out for `dead_s`."""

    def __init__(
        self, nodes: list[tuple[str, int]], connect_s: float = 0.5, answer_s: float = 0.5, dead_s: float = 2.0
    ) -> None:
        self._nodes = nodes
        self._timeouts = {"connect_timeout": connect_s, "timeout": answer_s}
        self._client = HashClient(
            nodes,
            **self._timeouts,
            use_pooling=True,
            ignore_exc=True,
            retry_attempts=0,
            dead_timeout=dead_s,
            default_noreply=False,
        )

    def get(self, key: str) -> bytes | None:
        """The value, or None."""
        found: bytes | None = self._client.get(_safe(key))
        return found

    def set(self, key: str, value: bytes, seconds: int) -> None:
        """Keep `value` for `seconds`; one over LARGEST_VALUE is not kept, and neither is what it was to replace."""
        if len(value) > LARGEST_VALUE:
            self.delete(key)
        else:
            self._client.set(_safe(key), value, expire=seconds)

    def get_many(self, keys: list[str]) -> dict[str, bytes]:
        """Those of `keys` that are there."""
        names = {_safe(key): key for key in keys}
        found: dict[str, bytes] = self._client.get_many(list(names)) if names else {}
        return {names[name]: value for name, value in found.items()}

    def set_many(self, values: dict[str, bytes], seconds: int) -> None:
        """Keep all of these."""
        small = {_safe(key): value for key, value in values.items() if len(value) <= LARGEST_VALUE}
        if small:
            self._client.set_many(small, expire=seconds)
        for key in values:
            if _safe(key) not in small:
                self.delete(key)

    def delete(self, key: str) -> None:
        """Forget the value."""
        self._client.delete(_safe(key))

    def version(self, space: str) -> int:
        """The version of a name space. A lost one begins again at the clock, which is ahead of all bumps."""
        key = _safe(_VERSION + space)
        found = self._client.get(key)
        if found is None:
            self._client.add(key, _clock())
            found = self._client.get(key) or _clock()
        return int(found)

    def bump(self, space: str) -> int:
        """A new version of the name space."""
        key = _safe(_VERSION + space)
        found: int | None = self._client.incr(key, 1)
        if found:
            return found
        started = _clock()
        self._client.set(key, started)
        return int(started)

    def count(self, key: str, seconds: int) -> int:
        """Add one to a counter that ends `seconds` after its first; 0 while its node is gone."""
        if self._client.add(_safe(key), b"1", expire=seconds):
            return 1
        found: int | None = self._client.incr(_safe(key), 1)
        return found or 0

    def keys(self, prefix: str) -> list[str]:
        """The keys that begin so. Raises CacheUnavailable if a node does not tell: nobody knows then what it holds."""
        return [key for node in self._nodes for key in _listed(node) if key.startswith(prefix)]

    def check(self) -> None:
        """Raise CacheUnavailable if no node can be reached."""
        if not any(self._ask(node) for node in self._nodes):
            raise CacheUnavailable(
                "memcached: none answers of " + ", ".join(f"{host}:{port}" for host, port in self._nodes)
            )

    def size(self) -> int:
        """Bytes that the nodes hold; a node that does not answer holds none."""
        return sum(int(self._ask(node).get(b"bytes", 0)) for node in self._nodes)

    def _ask(self, node: tuple[str, int]) -> dict[bytes, Any]:
        """The node's statistics; empty if it does not answer. A connection of its own, so that it tells of now."""
        client = Client(node, **self._timeouts)
        try:
            found: dict[bytes, Any] = client.stats()
            return found
        except (OSError, MemcacheError):
            return {}
        finally:
            client.close()


def _listed(node: tuple[str, int]) -> list[str]:
    """All keys of a node, by its hash table: along its lists a look may miss what is moved. Raises CacheUnavailable."""
    found: list[str] = []
    try:
        with socket.create_connection(node, timeout=LISTING_S) as connection, connection.makefile("rwb") as talk:
            talk.write(b"lru_crawler metadump hash\r\n")
            talk.flush()
            while (line := talk.readline()).startswith(b"key="):
                found.append(unquote(line.partition(b" ")[0].removeprefix(b"key=").decode()))
    except OSError as error:
        raise CacheUnavailable(f"memcached {node[0]}:{node[1]} does not list its keys: {error}") from error
    if line.strip() != b"END":
        raise CacheUnavailable(f"memcached {node[0]}:{node[1]} does not list its keys: {line[:80].decode()!r}")
    return found


def _clock() -> bytes:
    # Microseconds: bumps, each a round trip, can't overtake it.
    return b"%d" % (time.time() * 1_000_000)
