"""What an exported recording brings along of what its pages show."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from dashboard.recordings.export_assets import inlined
from storage.assets import blob_key
from storage.blobs.filesystem import FilesystemBlobs

PROJECT = 7
PICTURE, FONT, SHEET, INNER = "a" * 64 + ".png", "b" * 64 + ".woff2", "c" * 64 + ".css", "d" * 64 + ".css"


@pytest.fixture
def blobs(tmp_path: Path) -> FilesystemBlobs:
    return FilesystemBlobs(tmp_path)


def put(blobs: FilesystemBlobs, name: str, data: bytes) -> None:
    blobs.put(blob_key(PROJECT, name), data)


def data(address: str) -> bytes:
    return base64.b64decode(address.partition(",")[2])


def test_stylesheet_comes_with_what_it_imports_and_names(blobs: FilesystemBlobs) -> None:
    put(blobs, PICTURE, b"a picture")
    put(blobs, FONT, b"a font")
    put(blobs, INNER, f'@font-face {{ src: url("{FONT}#iefix") }} @import url("{SHEET}");'.encode())
    outer = f'@import url("{INNER}"); @import url("{INNER}") print; a {{ background: url("{PICTURE}") }}'
    put(blobs, SHEET, outer.encode())
    found = dict(
        inlined(blobs, PROJECT, {"https://a.example/s.css": SHEET, "https://a.example/gone.png": "e" * 64 + ".png"})
    )
    assert found.keys() == {"https://a.example/s.css", FONT, PICTURE}
    assert found[FONT] == "data:font/woff2;base64," + base64.b64encode(b"a font").decode()
    css = data(found["https://a.example/s.css"]).decode()
    assert css.startswith(f'@font-face {{ src: url("{FONT}#iefix") }}')
    assert css.count("@font-face") == 1


def test_what_is_too_much_is_left_out(blobs: FilesystemBlobs) -> None:
    put(blobs, PICTURE, b"x" * 100)
    put(blobs, FONT, b"y" * 10)
    found = dict(inlined(blobs, PROJECT, {"https://a.example/x.png": PICTURE, "https://a.example/y.woff2": FONT}, 50))
    assert found.keys() == {"https://a.example/y.woff2"}
