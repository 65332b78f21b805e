"""What both cache adapters share: pymemcache's client for nodes that may come and go, and the promises of `Cache`."""

from __future__ import annotations

import hashlib
import time
from typing import Any, Final
from urllib.parse import unquote

from pymemcache.client.base import Client
from pymemcache.client.hash import HashClient
from pymemcache.exceptions import MemcacheError

LARGEST_VALUE: Final = 1_000_000  # bytes; memcached keeps 1 MiB with its key and header
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
        """The keys that begin so; a node that does not answer has none."""
        found: list[str] = []
        for node in self._nodes:
            client = Client(node, connect_timeout=0.5, timeout=30)
            try:
                listed: bytes = client.raw_command("lru_crawler metadump all", end_tokens=b"END\r\n")
            except (OSError, MemcacheError):
                continue
            finally:
                client.close()
            named = (unquote(line.partition(" ")[0].removeprefix("key=")) for line in listed.decode().splitlines())
            found += [key for key in named if key.startswith(prefix)]
        return found

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


def _clock() -> bytes:
    # Microseconds: bumps, each a round trip, can't overtake it.
    return b"%d" % (time.time() * 1_000_000)
