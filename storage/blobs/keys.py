"""Keys of blobs: what both adapters take for one."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 900  # characters; S3 takes 1,024 bytes, and a stores' own prefix has to fit
_KEY = re.compile(r"(?!.*(?:^|/)\.{1,2}(?:/|$))[A-Za-z0-9._-]{1,200}(?:/[A-Za-z0-9._-]{1,200})*\Z")
_PREFIX = re.compile(r"[A-Za-z0-9._/-]*\Z")


def checked(key: str) -> str:
    """`key`. Raises ValueError if it is not one."""
    if len(key) > LONGEST or not _KEY.match(key):
        raise ValueError(f"not a blob key: {key[:100]!r}; it is made of [A-Za-z0-9._-] segments with / between them")
    return key


def checked_prefix(prefix: str) -> str:
    """`prefix`, with which keys may start. Raises ValueError if none can."""
    if len(prefix) > LONGEST or not _PREFIX.match(prefix) or prefix.startswith("/") or "//" in prefix:
        raise ValueError(f"no blob key starts with {prefix[:100]!r}")
    if any(segment in (".", "..") for segment in prefix.split("/")[:-1]):
        raise ValueError(f"no blob key starts with {prefix[:100]!r}")
    return prefix
