"""Which user nginx's workers run as when nginx is started by root: one without rights, if it can reach its files."""

from __future__ import annotations

import pwd
import stat
from pathlib import Path

UNPRIVILEGED = ("www-data", "nginx", "nobody")


def worker_user(needed: list[Path]) -> str:
    """The first of UNPRIVILEGED that exists, or root where a directory of `needed` is closed to others."""
    known = {entry.pw_name for entry in pwd.getpwall()}
    user = next((name for name in UNPRIVILEGED if name in known), None)
    return user if user and all(map(_open_to_others, needed)) else "root"


def _open_to_others(path: Path) -> bool:
    """Whether anyone may walk to `path`; one that is not there yet hinders nobody."""
    return all(not place.exists() or place.stat().st_mode & stat.S_IXOTH for place in (path, *path.parents))
