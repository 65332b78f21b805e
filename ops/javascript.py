"""The builds with npm: the tracker (`snippet/`), the Dash components (`components/`), the tables of countries.

Nothing is done when the sources and the lock are those of the last build and its output is there.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

from heatwake.settings import ROOT
from ops.console import StartError, step

OUTPUT = {"snippet": "dist", "components": "heatwake_components", "collector/countries": "dist"}
NOT_SOURCES = {"node_modules", "dist", "heatwake_components", "__pycache__"}


def _checksum(paths: list[Path], base: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.relative_to(base)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources(base: Path) -> list[Path]:
    """Files that a build reads."""
    top = [path for path in base.iterdir() if path.name not in NOT_SOURCES and path.name != "metadata.json"]
    nested = [file for path in top if path.is_dir() for file in path.rglob("*") if file.is_file()]
    return [path for path in top if path.is_file()] + [path for path in nested if not set(path.parts) & NOT_SOURCES]


def _run(command: list[str], base: Path, log: Path, what: str) -> None:
    npm = shutil.which(command[0])
    if npm is None:
        raise StartError(f"{command[0]} is not installed. Run bin/up as root, or install Node.js 18 or newer with npm.")
    with log.open("ab") as output:
        done = subprocess.run([npm, *command[1:]], cwd=base, stdout=output, stderr=output, check=False)
    if done.returncode:
        tail = "\n".join(f"    {line}" for line in log.read_text(errors="replace").splitlines()[-15:])
        raise StartError(
            f"{what} failed: `{' '.join(command)}` in {base.name}/\n{tail}\n  The whole output is in {log}."
        )


def _lock(base: Path) -> str:
    """Checksum of what npm installs from."""
    return _checksum([base / "package.json", base / "package-lock.json"], base)


def _stamp(base: Path, name: str) -> Path:
    return base / "node_modules" / f".heatwake-{name}"


def is_built(room: str) -> bool:
    """Whether the build's output is there and was made from the sources that are there now."""
    base = ROOT / room
    stamp, output = _stamp(base, "built"), base / OUTPUT[room]
    built = stamp.exists() and output.is_dir() and any(output.iterdir())
    return built and stamp.read_text() == _checksum(_sources(base), base)


def build(room: str, log_directory: Path) -> None:
    """Install what `<room>/package-lock.json` names and build, each only if something has changed."""
    base = ROOT / room
    log = log_directory / f"{base.name}-build.log"
    installed, lock = _stamp(base, "installed"), _lock(base)
    if not installed.exists() or installed.read_text() != lock:
        with step(f"npm packages of {room}/"):
            _run(["npm", "ci", "--no-audit", "--no-fund"], base, log, f"Installing what {room}/ needs")
            installed.write_text(lock)
    if not is_built(room):
        with step(f"Building {room}/"):
            sources = _checksum(_sources(base), base)
            _run(["npm", "run", "build"], base, log, f"The build of {room}/")
            _stamp(base, "built").write_text(sources)
