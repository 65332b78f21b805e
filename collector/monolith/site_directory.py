"""What a node may know of a site: from the cache, else from Postgres, and then kept in the cache for every node."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec
from prometheus_client import CollectorRegistry, Counter

from storage.cache import Cache
from storage.postgres import Database
from storage.sites import Site, cache_key, site_by_key

UNKNOWN_S = 5  # how long a key that names no site is believed to name none


class Known(msgspec.Struct, frozen=True):
    """`site` None: the key names no site, or one that is switched off. `fresh_until`: unix s, for every layer."""

    fresh_until: int
    site: Site | None = None


class SiteDirectory:
    """Looks sites up. Every layer believes an answer until its `fresh_until`, so layers do not add up their times."""

    def __init__(
        self,
        database: Database,
        cache: Cache,
        believed_s: int,
        registry: CollectorRegistry,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._cache = cache
        self._believed_s = believed_s
        self._clock = clock
        self._lookups = Counter(
            "heatwake_monolith_site_lookups",
            "Sites looked up, by where they were found. Many from postgres: memcached is down or forgets too early.",
            ["layer"],
            registry=registry,
        )

    def lookup(self, key: str) -> Known:
        """What is known of `key`. Raises storage.postgres.DatabaseUnavailable."""
        kept = self._cache.get(cache_key(key))
        if kept is not None:
            try:
                known = msgspec.json.decode(kept, type=Known)
            except msgspec.MsgspecError:
                # Of another version of this code; Postgres knows better.
                known = None
            if known and known.fresh_until > self._clock():
                self._lookups.labels("memcached").inc()
                return known
        self._lookups.labels("postgres").inc()
        site = site_by_key(self._database, key)
        if site and not site.enabled:
            site = None
        seconds = self._believed_s if site else UNKNOWN_S
        known = Known(int(self._clock()) + seconds, site)
        self._cache.set(cache_key(key), msgspec.json.encode(known), seconds)
        return known
