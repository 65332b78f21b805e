"""The packages that the corpus' pages lie in, as npm serves them, each checked by its hash (`packages.json`)."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
NAMED: Final[dict[str, dict[str, str]]] = json.loads((HERE / "packages.json").read_text())


_fetching: Final = threading.Lock()  # a page asks for several of a package's files at once


class UnexpectedPackage(RuntimeError):
    """What npm has served is not what was asked for; the text names the package."""


def folder(kept: Path, name: str) -> Path:
    """Where a package's files lie below `kept`; fetched when they are not there. Raises UnexpectedPackage, and
    CalledProcessError if npm can't be reached."""
    version, integrity = NAMED[name]["version"], NAMED[name]["integrity"]
    there = kept / f"{name}-{version}"
    with _fetching:
        if not there.is_dir():
            _fetch(kept, there, f"{name}@{version}", integrity)
    return there


def _fetch(kept: Path, there: Path, wanted: str, integrity: str) -> None:
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept) as under_way:
        subprocess.run(["npm", "pack", "--silent", wanted], cwd=under_way, check=True, capture_output=True)
        (packed,) = Path(under_way).glob("*.tgz")
        digest = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
        if f"sha512-{digest}" != integrity:
            raise UnexpectedPackage(f"{wanted} has the hash sha512-{digest}, not {integrity}")
        subprocess.run(["tar", "-xzf", packed.name, "--no-same-owner"], cwd=under_way, check=True)
        (Path(under_way) / "package").rename(there)
