"""A stack of the benchmark's own: `bin/up --detach --empty` on free ports, data below `var/`, gone afterwards.

`HEATWAKE_BENCH_STACK=VAR` uses the stack that runs already with its data below VAR, for quick runs while working.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.report import BenchError
from heatwake.settings import ROOT, Settings, load
from ops.ports import listened, taken

EVERYTHING = {
    "postgres": [1],
    "redis": [1],
    "memcached": [1],
    "dashboard": [1],
    "edge": [1],
    "node": [1, 2, 3, 4],
    "monolith": [1, 2, 3, 4],
    "worker": [1, 2, 3, 4],
}


@dataclass(frozen=True)
class Stack:
    """A stack that runs. `project`: the demo project, `{project_id, site_key, api_key, email, password}`."""

    settings: Settings
    project: dict[str, Any]

    def pid(self, name: str) -> int:
        """The pid of one of its processes (`redis`, `worker-1`, `supervisor`). Raises BenchError if it does not run."""
        try:
            return int((self.settings.var / "run" / f"{name}.pid").read_text())
        except (OSError, ValueError) as error:
            raise BenchError(f"{name} does not run: {error}") from error

    @property
    def workers(self) -> list[str]:
        """The names of its workers."""
        return sorted(path.stem for path in (self.settings.var / "run").glob("worker-*.pid"))

    @contextmanager
    def held(self, *names: str) -> Iterator[None]:
        """The named processes stand still inside."""
        pids = [self.pid(name) for name in names]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)


def _free_offset(var: Path) -> int:
    """An offset at which no port of a stack is taken."""
    offsets = list(range(24_000, 40_000, 500))
    random.shuffle(offsets)  # two benchmarks that start at once choose differently
    for offset in offsets:
        settings = load({"HEATWAKE_VAR": str(var), "HEATWAKE_PORT_OFFSET": str(offset)}, running=False)
        if not any(taken(host, port) for host, port in listened(settings, EVERYTHING).values()):
            return offset
    raise BenchError("no free range of ports for a stack")


def _running(environment: dict[str, str]) -> Stack:
    settings = load(environment)
    return Stack(settings, json.loads((settings.var / "secrets" / "demo.json").read_text()))


@contextmanager
def own_stack(*flags: str, **changed: str) -> Iterator[Stack]:
    """Start, give, stop and remove a stack. Raises BenchError with what `bin/up` said.

    `changed`: settings other than the defaults, as `REDIS_DURABILITY="power"`; a stack that runs already keeps its own.
    """
    borrowed = os.environ.get("HEATWAKE_BENCH_STACK")
    if borrowed:
        yield _running({"HEATWAKE_VAR": borrowed})
        return
    parent = ROOT / "var"  # on the disk that a stack's data usually lies on: a log synced to memory costs nothing
    parent.mkdir(exist_ok=True)
    var = Path(tempfile.mkdtemp(prefix="bench-", dir=parent))
    var.chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HEATWAKE_")}
    environment |= {"HEATWAKE_VAR": str(var), "HEATWAKE_PORT_OFFSET": str(_free_offset(var))}
    environment |= {f"HEATWAKE_{name}": value for name, value in changed.items()}

    def command(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [ROOT / "bin" / words[0], *words[1:]], env=environment, capture_output=True, text=True, check=False
        )

    try:
        started = command("up", "--detach", "--empty", *flags)
        if started.returncode:
            raise BenchError(f"bin/up failed:\n{started.stdout}{started.stderr}")
        yield _running(environment)
    finally:
        command("down")
        shutil.rmtree(var, ignore_errors=True)
