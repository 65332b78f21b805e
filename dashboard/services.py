"""What the dashboard's pages and API work with: the stores, opened once an application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app
from flask_caching import Cache as FlaskCache

from heatwake.settings import Settings
from storage.blobs import BlobStore, open_blobs
from storage.cache import ANSWERS, Cache, open_cache
from storage.event_stream import EventStream, open_event_stream
from storage.facts.postgres import PostgresFacts
from storage.postgres import Database
from storage.removal import Kept
from storage.session_index import SessionIndex, open_session_index


@dataclass(frozen=True)
class Services:
    """The stores behind the dashboard. `aggregates` is flask-caching over the same memcached nodes as `cache`."""

    settings: Settings
    database: Database
    cache: Cache
    aggregates: FlaskCache
    blobs: BlobStore
    sessions: SessionIndex
    facts: PostgresFacts
    stream: EventStream

    @property
    def kept(self) -> Kept:
        """The same stores, to remove from."""
        settings = self.settings
        return Kept(
            self.database,
            self.blobs,
            self.facts,
            self.sessions,
            self.cache,
            self.stream,
            settings.spool_path,
            settings.collector.shards,
        )


def open_services(settings: Settings, server: Flask) -> Services:
    """Open the stores for `server` and keep them in its extensions; nothing is connected before the first use."""
    database = Database(settings, "app")
    blobs = open_blobs(settings)
    aggregates = FlaskCache(
        server,
        config={
            "CACHE_TYPE": "dashboard.memcached_backend.MemcachedBackend",
            "CACHE_KEY_PREFIX": ANSWERS,
            "CACHE_MEMCACHED_SERVERS": settings.memcached_nodes,
            "CACHE_DEFAULT_TIMEOUT": settings.dashboard.closed_cache_s,
        },
    )
    services = Services(
        settings=settings,
        database=database,
        cache=open_cache(settings),
        aggregates=aggregates,
        blobs=blobs,
        sessions=open_session_index(settings, database),
        facts=PostgresFacts(database, blobs),
        stream=open_event_stream(settings),
    )
    server.extensions["heatwake"] = services
    return services


def current() -> Services:
    """The stores of the application that handles this request."""
    return cast(Services, current_app.extensions["heatwake"])
