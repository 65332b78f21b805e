"""The packages that the corpus' pages lie in, as npm serves them, each checked by its hash (`packages.json`)."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
NAMED: Final[dict[str, dict[str, str]]] = json.loads((HERE / "packages.json").read_text())


class UnexpectedPackage(RuntimeError):
    """What npm has served is not what was asked for; the text names the package."""


def folder(kept: Path, name: str) -> Path:
    """Where a package's files lie below `kept`; fetched when they are not there. Raises UnexpectedPackage, and
    CalledProcessError if npm can't be reached."""
    version, integrity = NAMED[name]["version"], NAMED[name]["integrity"]
    there = kept / f"{name}-{version}"
    if not there.is_dir():
        kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept) as under_way:
            subprocess.run(
                ["npm", "pack", "--silent", f"{name}@{version}"], cwd=under_way, check=True, capture_output=True
            )
            (packed,) = Path(under_way).glob("*.tgz")
            digest = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
            if f"sha512-{digest}" != integrity:
                raise UnexpectedPackage(f"{name} {version} has the hash sha512-{digest}, not {integrity}")
            with tarfile.open(packed) as archive:
                archive.extractall(under_way, filter="data")
            (Path(under_way) / "package").rename(there)
    return there
