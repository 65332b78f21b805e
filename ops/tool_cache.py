"""Servers built at set-up (Elasticsearch, S3): kept in the user's cache, once for all stacks of the machine."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from ops.console import StartError


def directory() -> Path:
    """`$XDG_CACHE_HOME/heatwake`, `~/.cache/heatwake` by default."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "heatwake"


def made(name: str, make: Callable[[Path], None]) -> Path:
    """The cache's directory `name`; if it is missing, `make` fills it first: whole, or it is not there."""
    target = directory() / name
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(target.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # two stacks that start at once build it once
        if not target.is_dir():
            with tempfile.TemporaryDirectory(prefix=f"{name}.", dir=target.parent) as beside:
                content = Path(beside) / "content"
                content.mkdir()
                make(content)
                content.rename(target)
    finally:
        os.close(handle)
    return target


def run(command: list[str], what: str, advice: str, cwd: Path, env: dict[str, str] | None = None) -> None:
    """Run a step of a build. Raises StartError with its last lines and `advice` when it fails."""
    program = shutil.which(command[0], path=(env or os.environ).get("PATH"))
    if program is None:
        raise StartError(f"{what}: {command[0]} is not installed. {advice}")
    done = subprocess.run([program, *command[1:]], cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines()[-12:]
        shown = "\n".join(f"    {line}" for line in lines)
        raise StartError(f"{what} failed: `{' '.join(command[:3])} …`\n{shown}\n  {advice}")


def pip_install(requirements: Path, directory: Path, what: str, advice: str) -> None:
    """What a hashed requirements file names, into `directory` and nowhere else. Raises StartError with `advice`."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--no-deps", "--require-hashes"]
    run([*pip, "--target", str(directory), "-r", str(requirements)], what, advice, directory)
