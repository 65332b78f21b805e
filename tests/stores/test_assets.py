"""Assets in a real Postgres and a real blob store: named once, kept by version, removed."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest

from heatwake.settings import Settings
from storage import assets, recording_chunks, recording_packs, recordings, session_removal
from storage.assets import Due, Found, NamedAsset, address_hash
from storage.blobs import BlobStore
from storage.blobs.filesystem import FilesystemBlobs
from storage.postgres import Database
from storage.recording_chunks import NewChunk
from storage.recording_pack import Contents, PackedChunk

LOGO = "https://shop.example/logo.png"
FONT = "https://shop.example/font.woff2"
NOW_MS = int(time.time() * 1000)
TODAY = dt.datetime.now(dt.UTC).date()


def content(letter: str, kind: str = "png") -> str:
    return f"{letter * 64}.{kind}"


@dataclass
class Store:
    """What the tests work with."""

    database: Database
    blobs: BlobStore
    project_id: int

    def name(self, *addresses: str) -> None:
        with self.database.transaction() as connection:
            assets.name(connection, [NamedAsset(self.project_id, address_hash(one), one) for one in addresses])

    def session(self, *addresses: str, at_ms: int = NOW_MS) -> uuid.UUID:
        """A session whose recording shows these."""
        session = uuid.uuid4()
        shown = tuple(map(address_hash, addresses))
        chunk = NewChunk(self.project_id, str(TODAY), session.hex, 7, 0, "k", 1, 1, 1, at_ms, at_ms, 0, assets=shown)
        with self.database.transaction() as connection:
            recording_chunks.add(connection, [chunk])
        return session

    def pack(self, session: uuid.UUID) -> None:
        """The session's chunks are in a pack from now on."""
        with self.database.transaction() as connection:
            chunks = recordings.chunks(connection, self.project_id, TODAY, session)
        told = [
            PackedChunk(
                *(one.page_view_id, one.seq, one.raw_bytes, one.events, one.first_ms, one.last_ms),
                *(one.skew_ms, one.gaps, one.full_snapshots, one.masking, one.assets),
            )
            for one in chunks
        ]
        due = recording_packs.Due(self.project_id, session, TODAY, 0, None, "")
        contents = Contents([], told, [], "", 0)
        recording_packs.replace(self.database, due, chunks, contents, recording_packs.Sizes({}, {}))

    def due(self, address: str) -> Due:
        return Due(self.project_id, address_hash(address), address, 1, "", "", 0, [])

    def found(self, address: str, name: str, uses: tuple[str, ...] = (), lacks: tuple[str, ...] = ()) -> None:
        self.blobs.put(assets.blob_key(self.project_id, name), b"bytes of it")
        with self.database.transaction() as connection:
            assets.found(connection, self.due(address), Found(name, 11, [*uses], [*lacks], "", ""))

    def of(self, session: uuid.UUID) -> tuple[dict[str, str], dict[str, str]]:
        with self.database.transaction() as connection:
            stored, lacking = assets.of_session(connection, self.project_id, [TODAY], session)
        return stored, {one.address: one.reason for one in lacking}

    def row(self, what: str, address: str) -> object:
        found = self.database.rows(
            f"SELECT {what} FROM assets WHERE project_id = %s AND address_hash = %s",
            (self.project_id, address_hash(address)),
        )
        return found[0][0] if found else None

    def set(self, what: str, address: str) -> None:
        with self.database.transaction() as connection:
            connection.execute(
                f"UPDATE assets SET {what} WHERE project_id = %s AND address_hash = %s".encode(),
                (self.project_id, address_hash(address)),
            )

    @property
    def kept(self) -> set[str]:
        return {key.rpartition("/")[2] for key, _ in self.blobs.list(assets.blob_key(self.project_id, ""))}


@pytest.fixture
def store(database_settings: Settings, project: int, tmp_path: Path) -> Store:
    return Store(Database(database_settings, "worker", size=2), FilesystemBlobs(tmp_path), project)


def test_what_is_shown_is_told_with_what_is_missing_and_why(store: Store) -> None:
    store.name(LOGO, FONT)
    session = store.session(LOGO, FONT, "https://shop.example/never-named.png")
    assert store.of(session) == ({}, {LOGO: "waiting", FONT: "waiting"})
    store.found(LOGO, content("a"), lacks=("too_large https://shop.example/huge.png",))
    with store.database.transaction() as connection:
        assets.not_found(connection, store.due(FONT), "blocked_address", None)
    assert store.of(session) == (
        {LOGO: content("a")},
        {FONT: "blocked_address", "https://shop.example/huge.png": "too_large"},
    )
    assert store.of(store.session()) == ({}, {})


def test_old_recordings_keep_the_picture_of_their_time(store: Store) -> None:
    store.name(LOGO)
    old = store.session(LOGO, at_ms=NOW_MS - 3 * 86_400_000)
    new = store.session(LOGO)
    store.set("asked_at = now() - interval '3 days'", LOGO)
    store.found(LOGO, content("a"))
    store.set("asked_at = now()", LOGO)
    store.found(LOGO, content("b"))
    assert store.of(old)[0] == {LOGO: content("a")}
    assert store.of(new)[0] == {LOGO: content("b")}


def test_same_content_is_no_new_version(store: Store) -> None:
    store.name(LOGO)
    for _ in range(2):
        store.set("asked_at = clock_timestamp()", LOGO)
        store.found(LOGO, content("a"))
    assert store.database.rows("SELECT count(*) FROM asset_versions WHERE project_id = %s", (store.project_id,)) == [
        (1,)
    ]


def test_known_address_is_due_again_after_a_day_and_not_before(store: Store) -> None:
    store.name(LOGO)
    store.found(LOGO, content("a"))
    store.name(LOGO)
    assert store.row("due_at", LOGO) is None
    store.set("checked_at = now() - interval '25 hours'", LOGO)
    store.name(LOGO)
    assert store.row("due_at", LOGO) is not None


def test_project_names_no_more_than_it_may(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "MOST_ADDRESSES", 2)
    store.name(*(f"https://shop.example/{number}" for number in range(5)))
    assert store.database.rows("SELECT count(*) FROM assets WHERE project_id = %s", (store.project_id,)) == [(2,)]
    store.name("https://shop.example/late")
    assert store.database.rows("SELECT count(*) FROM assets WHERE project_id = %s", (store.project_id,)) == [(2,)]


def test_what_no_recording_shows_any_more_goes(store: Store) -> None:
    store.name(LOGO, FONT)
    store.found(LOGO, content("a"))
    store.found(FONT, content("c", "css"), uses=(content("d"),))
    store.blobs.put(assets.blob_key(store.project_id, content("d")), b"named by the stylesheet")
    store.set("named_on = current_date - 40", LOGO)
    assert assets.remove_unnamed(store.database, store.blobs, store.project_id) == 1
    assert store.kept == {content("c", "css"), content("d")}
    assert store.row("address", LOGO) is None


def test_what_was_named_on_the_day_before_the_oldest_recording_stays(store: Store) -> None:
    """A worker names an address once an hour: not each recording that begins after midnight names its own."""
    store.name(LOGO)
    store.found(LOGO, content("a"))
    store.session(LOGO)
    store.set("named_on = current_date - 1", LOGO)
    assert assets.remove_unnamed(store.database, store.blobs, store.project_id) == 0
    store.set("named_on = current_date - 2", LOGO)
    assert assets.remove_unnamed(store.database, store.blobs, store.project_id) == 1


@pytest.mark.parametrize("packed", [False, True])
def test_erased_session_takes_along_what_only_it_showed(store: Store, packed: bool) -> None:
    own = "https://shop.example/avatar-of-one.png"
    store.name(LOGO, own)
    store.found(LOGO, content("a"))
    store.found(own, content("b"))
    session = store.session(LOGO, own)
    other = store.session(LOGO)
    if packed:
        store.pack(session)
        store.pack(other)
    with store.database.transaction() as connection:
        named = assets.named_by(connection, store.project_id, [TODAY], [session])
        session_removal.remove_in(connection, store.project_id, [session], [TODAY])
        gone = assets.remove_only_of(connection, store.project_id, named)
    assert gone == [assets.blob_key(store.project_id, content("b"))]
    assert store.row("address", own) is None
    assert store.row("address", LOGO) == LOGO
    assert assets.sweep(store.database, store.blobs, store.project_id) == 1  # what a removal that was cut off has left
    assert store.kept == {content("a")}


def test_packed_recording_shows_what_its_chunks_showed(store: Store) -> None:
    store.name(LOGO, FONT)
    session = store.session(LOGO, FONT)
    store.found(LOGO, content("a"))
    before = store.of(session)
    store.pack(session)
    assert store.database.rows("SELECT count(*) FROM recording_chunks WHERE session_id = %s", (session,)) == [(0,)]
    assert store.of(session) == before == ({LOGO: content("a")}, {FONT: "waiting"})


def test_content_that_another_address_has_too_stays(store: Store) -> None:
    own = "https://shop.example/same-as-logo.png"
    store.name(LOGO, own)
    store.found(LOGO, content("a"))
    store.found(own, content("a"))
    session = store.session(own)
    store.session(LOGO)
    with store.database.transaction() as connection:
        session_removal.remove_in(connection, store.project_id, [session], [TODAY])
        assert assets.remove_only_of(connection, store.project_id, [address_hash(own)]) == []
    assert store.kept == {content("a")}
