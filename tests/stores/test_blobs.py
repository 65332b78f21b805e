"""What `storage.blobs.BlobStore` promises, on the filesystem and on a real S3 server."""

from __future__ import annotations

import dataclasses
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from servers import eventually, free_port

from heatwake.settings import Settings
from storage.blobs import BlobCorrupt, BlobMissing, BlobStore
from storage.blobs.filesystem import FilesystemBlobs
from storage.blobs.s3 import S3Blobs


@dataclass
class Place:
    """A store with nothing in it: `open` makes another client of it, `file` says where a blob's bytes lie."""

    open: Callable[[], BlobStore]
    file: Callable[[str], Path]
    opening: str  # the same as Python source, for a process of its own


@pytest.fixture(params=["filesystem", pytest.param("s3", marks=pytest.mark.full)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "filesystem":
        source = (
            f"import pathlib, storage.blobs.filesystem as s; store = s.FilesystemBlobs(pathlib.Path({str(tmp_path)!r}))"
        )
        return Place(lambda: FilesystemBlobs(tmp_path), lambda key: tmp_path / key, source)
    grown: Settings = request.getfixturevalue("s3_settings")
    bucket = f"test-{secrets.token_hex(8)}"
    settings = dataclasses.replace(grown, blobs=dataclasses.replace(grown.blobs, bucket=bucket))
    source = (
        "import dataclasses, heatwake.settings as h, storage.blobs.s3 as s; d = h.Settings(); store = s.S3Blobs("
        f"dataclasses.replace(d, blobs=dataclasses.replace(d.blobs, port={settings.blobs.port}, bucket={bucket!r})))"
    )
    return Place(lambda: S3Blobs(settings), lambda key: grown.var / "data" / "s3" / bucket / key, source)


@pytest.fixture
def store(place: Place) -> BlobStore:
    return place.open()


def test_what_was_put_is_got_by_every_client(place: Place, store: BlobStore) -> None:
    blobs = {"recordings/7/0.json.zst": secrets.token_bytes(100_000), "empty": b"", "a/b.c/d_e-f": b"small"}
    for key, data in blobs.items():
        store.put(key, data, "application/zstd")
    other = place.open()
    assert {key: other.get(key) for key in blobs} == blobs


def test_put_replaces(store: BlobStore) -> None:
    store.put("page/1", b"the old bytes, which were more")
    store.put("page/1", b"new")
    assert store.get("page/1") == b"new"
    assert list(store.list("")) == [("page/1", 3)]


@pytest.mark.parametrize("key", ["nothing", "folder", "folder/other", "folder/blob/below"])
def test_missing_blob_is_named(store: BlobStore, key: str) -> None:
    store.put("folder/blob", b"there")
    for ask in (lambda: store.get(key), lambda: store.range(key, 0, 1), lambda: store.range(key, 0, 0)):
        with pytest.raises(BlobMissing, match=key):
            ask()


@pytest.mark.parametrize(
    "key",
    ["", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/./b", "a b", "ä", "a\n", "a~", "a\\b", "x" * 2000, "a\0"],
)
def test_what_is_no_key_is_refused_everywhere(store: BlobStore, key: str) -> None:
    calls: list[Callable[[], Any]] = [
        lambda: store.put(key, b"x"),
        lambda: store.get(key),
        lambda: store.range(key, 0, 1),
        lambda: store.delete(["fine", key]),
        lambda: store.presign(key, 60),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="key"):
            call()
    assert list(store.list("")) == []


def test_dots_in_names_are_fine(store: BlobStore) -> None:
    for key in ("...", ".hidden/.x", "a/..b", "a..b/c."):
        store.put(key, key.encode())
        assert store.get(key) == key.encode()


@pytest.mark.parametrize(
    ("start", "length", "part"),
    [(0, 4, b"0123"), (6, 2, b"67"), (8, 100, b"89"), (10, 5, b""), (99, 5, b""), (3, 0, b""), (0, 10, b"0123456789")],
)
def test_range_gives_the_part_that_is_there(store: BlobStore, start: int, length: int, part: bytes) -> None:
    store.put("digits", b"0123456789")
    assert store.range("digits", start, length) == part


def test_range_of_an_empty_blob_and_a_wrong_range(store: BlobStore) -> None:
    store.put("empty", b"")
    assert store.range("empty", 0, 10) == b""
    for start, length in ((-1, 5), (0, -5)):
        with pytest.raises(ValueError, match="range"):
            store.range("empty", start, length)


def test_list_is_in_key_order_and_knows_sizes(store: BlobStore) -> None:
    keys = ["ab", "a-b/x", "a.b", "b/c-d", "b/c.d", "b/c/d", "b/c0", "b/C", "b1", "facts/1/x", "facts/10/x"]
    for number, key in enumerate(keys):
        store.put(key, b"x" * number)
    every = sorted((key, number) for number, key in enumerate(keys))
    assert list(store.list("")) == every
    for prefix in ("a", "b/", "b/c", "b/c/", "facts/1", "facts/1/", "nothing", "b/c/d", "b/c/d/"):
        assert list(store.list(prefix)) == [(key, size) for key, size in every if key.startswith(prefix)], prefix


@pytest.mark.parametrize("prefix", ["/", "../", "a/../b", "a b", "a//"])
def test_prefix_that_no_key_has_is_refused(store: BlobStore, prefix: str) -> None:
    with pytest.raises(ValueError, match="key"):
        list(store.list(prefix))


def test_more_than_a_thousand_are_listed_and_deleted(store: BlobStore) -> None:
    keys = [f"many/{number:04d}" for number in range(1_050)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: store.put(key, b"x"), keys))
    assert [key for key, _ in store.list("many/")] == keys
    store.delete(iter([*keys[:-1], "many/missing", "nowhere/at/all"]))
    assert [key for key, _ in store.list("")] == keys[-1:]
    store.delete([])


def test_deleted_blob_is_gone_and_its_folder_can_be_used_again(store: BlobStore) -> None:
    store.put("a/b/c", b"x")
    store.delete(["a/b/c"])
    with pytest.raises(BlobMissing):
        store.get("a/b/c")
    store.put("a", b"now a blob")
    assert list(store.list("")) == [("a", 10)]


@pytest.mark.parametrize("damage", ["flip", "cut", "append", "swap"])
def test_damaged_blob_is_never_given_as_whole(place: Place, store: BlobStore, damage: str) -> None:
    data = secrets.token_bytes(5_000)
    store.put("damaged", data)
    file = place.file("damaged")
    stored = bytearray(file.read_bytes())
    if damage == "flip":
        stored[2_500] ^= 1
    changed = {"cut": stored[:-100], "append": stored + b"more", "swap": stored[::-1]}.get(damage, stored)
    with file.open("r+b") as handle:  # in place: the file's attributes stay
        handle.truncate(len(changed))
        handle.write(changed)
    with pytest.raises(BlobCorrupt, match="damaged"):
        store.get("damaged")


def test_reader_sees_the_old_bytes_or_the_new(place: Place, store: BlobStore) -> None:
    versions = [bytes([letter]) * 300_000 for letter in b"ab"]
    store.put("page", versions[0])

    def read() -> bool:
        reader = place.open()
        return all(reader.get("page") in versions for _ in range(40))

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for number in range(40):
            store.put("page", versions[number % 2])
        assert all(reader.result() for reader in readers)


PUT_FOR_EVER = """
import itertools, sys
{opening}
for number in itertools.count():
    store.put(f"killed/{{number % 3}}", bytes([65 + number % 26]) * 2_000_000)
    print(number, flush=True)
"""


def test_killed_process_leaves_no_part_of_a_blob(place: Place, store: BlobStore) -> None:
    program = PUT_FOR_EVER.format(opening=place.opening)
    for rounds in (1, 4, 9):
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as putting:
            assert putting.stdout
            for _ in range(rounds):
                assert putting.stdout.readline()
            putting.send_signal(signal.SIGKILL)
        found = list(store.list(""))
        assert 1 <= len(found) <= 3
        for key, size in found:
            data = store.get(key)
            assert (size, len(data), len(set(data))) == (2_000_000, 2_000_000, 1)


def test_what_a_killed_put_left_is_cleared_later(tmp_path: Path) -> None:
    store = FilesystemBlobs(tmp_path)
    store.put("whole", b"x")
    leftovers = [tmp_path / "~put" / name for name in ("old", "under-way")]
    for path in leftovers:
        path.write_bytes(b"part")
    os.utime(leftovers[0], (time.time() - 7200,) * 2)
    store.check()
    assert [path.exists() for path in leftovers] == [False, True]
    assert list(store.list("")) == [("whole", 1)]


def test_size_counts_all(place: Place, store: BlobStore) -> None:
    assert place.open().size() == (0, 0)
    store.put("a", b"123")
    store.put("b/c", b"12345")
    assert place.open().size() == (2, 8)


def test_check_is_silent_while_the_store_is_there(store: BlobStore) -> None:
    store.check()


def test_unreachable_store_is_an_os_error(below: Path) -> None:
    plain = Settings()
    gone = dataclasses.replace(plain, blobs=dataclasses.replace(plain.blobs, port=free_port()))
    for store in (FilesystemBlobs(below), S3Blobs(gone, attempts=1)):
        for call in (store.check, lambda store=store: store.put("a", b"x")):
            with pytest.raises(OSError, match=r"127\.0\.0\.1|store"):
                call()
    with pytest.raises(OSError, match=r"127\.0\.0\.1"):
        S3Blobs(gone, attempts=1).get("a")


@pytest.mark.full
def test_refused_credentials_are_an_os_error_that_says_so(s3_settings: Settings) -> None:
    blobs = dataclasses.replace(s3_settings.blobs, secret_access_key="wrong")  # noqa: S106
    with pytest.raises(OSError, match="bucket heatwake"):
        S3Blobs(dataclasses.replace(s3_settings, blobs=blobs)).check()


@pytest.mark.full
def test_presigned_address_serves_the_blob_and_expires(s3_settings: Settings) -> None:
    store = S3Blobs(s3_settings)
    store.put("snapshot", b"<html>", "text/html")
    address = store.presign("snapshot", 60)
    with urllib.request.urlopen(str(address)) as answer:
        assert (answer.read(), answer.headers["Content-Type"]) == (b"<html>", "text/html")
    brief = str(store.presign("snapshot", 1))

    def expired() -> bool:
        try:
            urllib.request.urlopen(brief).close()
        except urllib.error.HTTPError as error:
            return error.code == 403
        return False

    eventually(expired, "the address to expire")


def test_filesystem_has_no_addresses(tmp_path: Path) -> None:
    assert FilesystemBlobs(tmp_path).presign("a", 60) is None
