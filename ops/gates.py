"""What `bin/test` runs once packages and virtual environment are there: the builds, the linters, then pytest.

Every gate runs, also after one has failed; pytest comes last, so that its closing line ends the output. The exit code
is 0 only if all of them passed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from heatwake.settings import ROOT
from ops.builds import build_all
from ops.console import StartError, say

VENV = ROOT / ".venv" / "bin"


@dataclass(frozen=True)
class Gate:
    """A check by a tool: passes when its exit code is 0."""

    name: str
    command: list[str]
    room: str = "."


def gates() -> list[Gate]:
    """The gates, quick ones first."""
    migrations = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "migrations").glob("*.sql"))
    return [
        Gate("ruff check", [str(VENV / "ruff"), "check"]),
        Gate("ruff format", [str(VENV / "ruff"), "format", "--check"]),
        Gate("squawk", [str(VENV / "squawk"), *migrations]),
        Gate("luacheck", ["luacheck", "--no-color", "lua", "bench"]),
        Gate("tsc snippet", ["npm", "run", "--silent", "typecheck"], "snippet"),
        Gate("tsc components", ["npm", "run", "--silent", "typecheck"], "components"),
        Gate("units snippet", ["npm", "run", "--silent", "test"], "snippet"),
        Gate("units components", ["npm", "run", "--silent", "test"], "components"),
        Gate("mypy", [str(VENV / "mypy")]),
    ]


def passes(gate: Gate) -> bool:
    """Run it; its output is shown only when it fails."""
    began = time.monotonic()
    try:
        done = subprocess.run(gate.command, cwd=ROOT / gate.room, capture_output=True, text=True, check=False)
        failed, output = bool(done.returncode), done.stdout + done.stderr
    except FileNotFoundError as error:
        failed, output = True, f"{error.filename} is not installed."
    say(f"gate  {gate.name:<16} {'FAILED' if failed else 'passed':<8} {time.monotonic() - began:5.1f} s")
    if failed:
        say("\n".join(f"      {line}" for line in output.rstrip().splitlines()))
    return not failed


def build() -> None:
    """All that the tests use. Raises StartError."""
    with tempfile.TemporaryDirectory(prefix="heatwake-build-") as logs:
        build_all(Path(logs))


def main() -> int:
    try:
        build()
    except StartError as error:
        say(f"FAILED  {error}")
        return 1
    failed = [gate.name for gate in gates() if not passes(gate)]
    if failed:
        say(f"\nFAILED  {', '.join(failed)}; the tests run all the same, and this ends with 1.")
    say()
    tests = subprocess.run([VENV / "pytest", *sys.argv[1:]], cwd=ROOT, check=False)
    return tests.returncode or int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
