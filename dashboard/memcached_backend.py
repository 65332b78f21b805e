"""flask-caching on memcached through pymemcache; flask-caching itself speaks pylibmc only."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Flask
from flask_caching.backends.base import BaseCache
from pymemcache.client.hash import HashClient


class MemcachedBackend(BaseCache):
    """Values by key on several nodes; a node that does not answer is a miss, never an error of the page."""

    def __init__(self, servers: list[tuple[str, int]], default_timeout: int = 300, key_prefix: str = "") -> None:
        super().__init__(default_timeout)
        self.prefix = key_prefix
        self._client = HashClient(
            servers,
            connect_timeout=0.5,
            timeout=0.5,
            use_pooling=True,
            ignore_exc=True,
            dead_timeout=5,
            retry_attempts=1,
        )

    @classmethod
    def factory(cls, app: Flask, config: dict[str, Any], args: list[Any], kwargs: dict[str, Any]) -> MemcachedBackend:
        """Called by flask-caching with its configuration."""
        return cls(config["CACHE_MEMCACHED_SERVERS"], config["CACHE_DEFAULT_TIMEOUT"], config["CACHE_KEY_PREFIX"])

    def get(self, key: str) -> bytes | None:
        """The value, or None."""
        found: bytes | None = self._client.get(self.prefix + key)
        return found

    def set(self, key: str, value: Any, timeout: int | dt.timedelta | None = None) -> bool:
        """Keep `value`, bytes only (nothing from a cache is ever unpickled), for `timeout` seconds."""
        if not isinstance(value, bytes):
            raise TypeError(f"the cache keeps bytes, not {type(value).__name__}")
        seconds = self._normalize_timeout(timeout)
        return bool(self._client.set(self.prefix + key, value, expire=max(seconds, 0), noreply=False))

    def delete(self, key: str) -> bool:
        """Forget the value."""
        return bool(self._client.delete(self.prefix + key, noreply=False))

    def has(self, key: str) -> bool:
        """Whether a value is kept."""
        return self._client.get(self.prefix + key) is not None
