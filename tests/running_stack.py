"""A running stack as tests see it: addresses, the demo project, and the commands a person would type."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heatwake.settings import ROOT, Settings, load

DEFAULT_PORTS = (8070, 8080, 8090, 8101, 8102, 8200, 8211, 8301, 8302, 8401, 8402, 8379, 8432, 8433, 8909, 8920, 8930)
# Above any other stack of this machine and below the ports that the kernel gives to outgoing connections.
OFFSETS = range(11_000, 23_000, 500)


@dataclass(frozen=True)
class Stack:
    """A stack that runs. `project`: `{project_id, site_key, api_key}` of the demo project, whose user may sign in."""

    settings: Settings
    env: dict[str, str]
    project: dict[str, Any]
    email: str
    password: str

    @property
    def edge(self) -> str:
        """The one origin of tracker, collector, API and dashboard, without a trailing slash."""
        return self.settings.public_url

    @property
    def shop(self) -> str:
        """The demo shop, without a trailing slash."""
        return f"http://{self.settings.edge.host}:{self.settings.shop.port}"

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`bin/heatwake WORDS`; never raises, look at its returncode."""
        return command("heatwake", *words, env=self.env)

    def new_project(self, name: str, origin: str | None = None) -> dict[str, Any]:
        """A project of its own, so that a test counts only what it sent: `{project_id, site_key, api_key}`.

        Pages of `origin` may send to it; by default the shop's.
        """
        words = ("--org", "Tests", "--name", name, "--origin", origin or self.shop, "--json")
        made = self.run("project", "create", *words)
        assert made.returncode == 0, made.stderr
        project: dict[str, Any] = json.loads(made.stdout)
        return project

    def pid(self, name: str) -> int | None:
        """The pid of a process (`worker-1`, `redis`); None while it is not running."""
        try:
            return int((self.settings.var / "run" / f"{name}.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def kill(self, name: str) -> int:
        """`kill -9` a process; gives the pid that it had."""
        pid = self.pid(name)
        assert pid, f"{name} does not run"
        os.kill(pid, signal.SIGKILL)
        return pid


def command(name: str, *words: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """`bin/NAME WORDS` as a person would type it."""
    return subprocess.run([ROOT / "bin" / name, *words], env=env, capture_output=True, text=True, check=False)


def free_offset() -> int:
    """A port offset at which nobody listens on any port of a stack; by chance, so that two test runs seldom meet."""
    for offset in random.sample(OFFSETS, len(OFFSETS)):
        if not any(_listens(port + offset) for port in DEFAULT_PORTS):
            return offset
    raise AssertionError("no free range of ports for a test stack")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def environment(var: Path, offset: int | None = None) -> dict[str, str]:
    """What commands are run with, so that they mean the stack whose data lies below `var`."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("HEATWAKE_")}
    env["HEATWAKE_VAR"] = str(var)
    if offset is not None:
        env["HEATWAKE_PORT_OFFSET"] = str(offset)
    return env


def running(env: dict[str, str]) -> Stack:
    """The stack that runs with `env`."""
    settings = load(env)
    demo = json.loads((settings.var / "secrets" / "demo.json").read_text())
    project = {name: demo[name] for name in ("project_id", "site_key", "api_key")}
    return Stack(settings, env, project, demo["email"], demo["password"])


@contextmanager
def own_var() -> Iterator[Path]:
    """A directory for a stack's data that the servers' unprivileged users can walk to; removed afterwards."""
    var = Path(tempfile.mkdtemp(prefix="heatwake-test-"))
    var.chmod(0o755)
    try:
        yield var
    finally:
        shutil.rmtree(var, ignore_errors=True)


@contextmanager
def own_stack(*flags: str, **changed: str) -> Iterator[Stack]:
    """A stack of the test's own, `bin/up --detach --empty` with more flags, on free ports; gone afterwards.

    `changed`: settings other than the defaults, as `COLLECTOR_SHARDS="2"`.
    """
    with own_var() as var, stack_in(var, *flags, **changed) as stack:
        yield stack


@contextmanager
def stack_in(var: Path, *flags: str, **changed: str) -> Iterator[Stack]:
    """The same in a `var` that is there, which stays."""
    env = environment(var, free_offset()) | {f"HEATWAKE_{name}": value for name, value in changed.items()}
    started = command("up", "--detach", "--empty", *flags, env=env)
    try:
        assert started.returncode == 0, started.stdout + started.stderr
        yield running(env)
    finally:
        stopped = command("down", env=env)
        assert stopped.returncode == 0, stopped.stdout + stopped.stderr
