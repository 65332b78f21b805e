"""Taking data away: sessions everywhere, days whose time has run out, all of one visitor with proof that it is gone.

Every step can be cut off at any moment and done again: what names the rest goes last. Import `Kept` and the modules.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from heatwake.settings import Settings
from storage.blobs import BlobStore, open_blobs
from storage.cache import Cache, open_cache
from storage.event_stream import EventStream, open_event_stream
from storage.facts.postgres import PostgresFacts
from storage.postgres import Database
from storage.session_index import SessionIndex, open_session_index
from storage.session_index.postgres import PostgresSessions


@dataclass(frozen=True)
class Kept:
    """All places that keep something of a visitor. `spool`: this machine's; a directory that may be missing.

    `index`: the session index if it is another store than Postgres, whose documents go with their rows.
    """

    database: Database
    blobs: BlobStore
    facts: PostgresFacts
    sessions: SessionIndex
    cache: Cache
    stream: EventStream
    spool: Path
    shards: int

    @property
    def index(self) -> SessionIndex | None:
        return None if isinstance(self.sessions, PostgresSessions) else self.sessions


def kept_by(settings: Settings, database: Database) -> Kept:
    """The stores that the settings name, seen with the database's role."""
    blobs = open_blobs(settings)
    return Kept(
        database,
        blobs,
        PostgresFacts(database, blobs),
        open_session_index(settings, database),
        open_cache(settings),
        open_event_stream(settings),
        settings.spool_path,
        settings.collector.shards,
    )
