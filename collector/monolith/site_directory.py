"""What a node may know of a site: from the cache, else from Postgres, and then kept in the cache for every node."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

import msgspec
from prometheus_client import CollectorRegistry, Counter

from storage.cache import Cache
from storage.postgres import Database
from storage.sites import Site, cache_key, sites_by_key

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

    def lookup(self, keys: Collection[str]) -> dict[str, Known]:
        """What is known of each of `keys`. Raises storage.postgres.DatabaseUnavailable."""
        known = self._kept(keys)
        self._lookups.labels("memcached").inc(len(known))
        missing = set(keys) - known.keys()
        if missing:
            self._lookups.labels("postgres").inc(len(missing))
            known |= self._stored(missing)
        return known

    def _kept(self, keys: Collection[str]) -> dict[str, Known]:
        """What the cache knows and is to be believed."""
        names, known = {cache_key(key): key for key in keys}, {}
        for name, text in self._cache.get_many(list(names)).items():
            try:
                kept = msgspec.json.decode(text, type=Known)
            except msgspec.MsgspecError:
                continue  # Of another version of this code; Postgres knows better.
            if kept.fresh_until > self._clock():
                known[names[name]] = kept
        return known

    def _stored(self, keys: Collection[str]) -> dict[str, Known]:
        """What Postgres knows, which the cache is told."""
        sites = {key: site for key, site in sites_by_key(self._database, keys).items() if site.enabled}
        now = int(self._clock())
        known: dict[str, Known] = {}
        for found, seconds in ((sites.keys(), self._believed_s), (set(keys) - sites.keys(), UNKNOWN_S)):
            told = {key: Known(now + seconds, sites.get(key)) for key in found}
            self._cache.set_many({cache_key(key): msgspec.json.encode(one) for key, one in told.items()}, seconds)
            known |= told
        return known
