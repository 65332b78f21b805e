"""What a file is, by its first bytes: a server may call it what it likes."""

from __future__ import annotations

import re
from typing import Final

_STARTS: Final[list[tuple[bytes, str]]] = [
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"\x00\x00\x01\x00", "ico"),
    (b"wOFF", "woff"),
    (b"wOF2", "woff2"),
    (b"\x00\x01\x00\x00", "ttf"),
    (b"true", "ttf"),
    (b"OTTO", "otf"),
]
_SVG: Final = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[.*?\])?[^>]*>\s*)*<svg[\s>]",
    re.DOTALL,
)


def kind_of(data: bytes, content_type: str) -> str | None:
    """The extension that a picture, font or stylesheet is kept with; None for anything else."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:12] in (b"ftypavif", b"ftypavis"):
        return "avif"
    if _SVG.match(data[:4_096]):
        return "svg"
    # Only what calls itself a stylesheet is one: it has no beginning to be known by, and pages have.
    if content_type.partition(";")[0].strip().lower() == "text/css" and data.lstrip()[:1] != b"<":
        return "css"
    return None
