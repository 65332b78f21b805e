"""What is wrong on this machine and what to do about it: the checks behind `heatwake doctor`."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from heatwake.settings import ROOT, Settings
from ops import postgres_server, processes, supervision
from ops.builds import unbuilt
from ops.console import StartError
from ops.ports import listened, taken
from ops.shape import search_path
from ops.spool import spool_state
from ops.status import service_states
from storage.migrate import MigrationError, pending

PROGRAMS = {
    "nginx": "nginx",
    "redis-server": "redis-server",
    "memcached": "memcached",
    "node": "nodejs",
    "npm": "npm",
    "setpriv": "util-linux",
}
FULL_PROGRAMS = {"pgbouncer": "pgbouncer", "prometheus": "prometheus"}
LUA_MODULE = Path("/usr/lib/nginx/modules/ngx_http_lua_module.so")
LITTLE_DISK = 2 * 1024**3
LITTLE_MEMORY_KB = 700 * 1024


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `advice`: what to do; empty when it is well. `serious`: it keeps the stack down."""

    subject: str
    says: str
    advice: str = ""
    serious: bool = True

    @property
    def well(self) -> bool:
        return not self.advice


def examine(settings: Settings) -> Iterator[Finding]:
    """All checks, one after the other; each gives at least one finding."""
    yield from _programs(settings)
    yield from _packages()
    yield from _builds()
    yield from _machine(settings)
    yield from _spool(settings)
    if supervision.supervisor(settings) is None:
        yield from _ports(settings)
    else:
        yield from _services(settings)
        yield from _schema(settings)


def _programs(settings: Settings) -> Iterator[Finding]:
    wanted = PROGRAMS | (FULL_PROGRAMS if settings.postgres.pgbouncer_port else {})
    missing = {
        program: package for program, package in wanted.items() if shutil.which(program, path=search_path()) is None
    }
    for program, package in missing.items():
        yield Finding("program", f"{program} is not installed.", f"apt-get install {package}, or run bin/up as root.")
    try:
        postgres_server.programs()
    except StartError as error:
        yield Finding("program", str(error), "apt-get install postgresql, or run bin/up as root.")
    if not LUA_MODULE.exists():
        yield Finding(
            "nginx",
            f"nginx's Lua module is missing ({LUA_MODULE}); installing the package `luajit` removes it.",
            "apt-get install libnginx-mod-http-lua lua-resty-core lua-resty-lrucache lua-cjson",
        )
    elif not missing:
        yield Finding("programs", "All are installed.")


def _packages() -> Iterator[Finding]:
    """The stamp that ops/bootstrap.sh leaves: `sha256sum` of lock and project file one after the other."""
    content = (ROOT / "requirements.lock").read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    stamp = ROOT / ".venv" / ".heatwake-lock"
    if stamp.exists() and stamp.read_text().split()[:1] == [hashlib.sha256(content).hexdigest()]:
        yield Finding("python", "The packages are those of requirements.lock.")
    else:
        yield Finding("python", "The packages are not those of requirements.lock.", "Run bin/up.")


def _builds() -> Iterator[Finding]:
    missing = unbuilt()
    for room in missing:
        yield Finding("builds", f"{room}/ is not built, or was changed since.", "Run bin/up.")
    if not missing:
        yield Finding("builds", "Tracker, components and reader are built from their sources.")


def _machine(settings: Settings) -> Iterator[Finding]:
    place = settings.var if settings.var.exists() else ROOT
    free = shutil.disk_usage(place).free
    says = f"{free / 1024**3:.1f} GB are free where {settings.var} lies."
    yield Finding("disk", says, "" if free > LITTLE_DISK else "Make room, or move it with HEATWAKE_VAR.")
    if not os.access(place, os.W_OK):
        yield Finding("disk", f"{place} can't be written.", "Run as the user who owns it, or set HEATWAKE_VAR.")
    memory = {
        name: int(value.split()[0])
        for name, _, value in (line.partition(":") for line in Path("/proc/meminfo").read_text().splitlines())
    }
    available = memory["MemAvailable"]
    says = f"{available / 1024**2:.1f} GB of memory are available."
    yield Finding("memory", says, "" if available > LITTLE_MEMORY_KB else "Stop something; 1 GB is comfortable.")
    overcommit = Path("/proc/sys/vm/overcommit_memory").read_text().strip()
    if overcommit == "1":
        yield Finding("redis", "The kernel lets Redis fork to rewrite its log.")
    else:
        yield Finding(
            "redis",
            f"vm.overcommit_memory is {overcommit}: Redis may fail to rewrite its log when memory is short.",
            "sysctl vm.overcommit_memory=1, and the same line in /etc/sysctl.d/ to keep it.",
            serious=False,
        )


def _spool(settings: Settings) -> Iterator[Finding]:
    try:
        state = spool_state(settings)
    except PermissionError as error:
        yield Finding("spool", f"Nobody but its owner may look into it: {error}", "Run as root.", serious=False)
        return
    for name, why in state.spooling.items():
        yield Finding(
            "spool", f"{name} puts requests into the spool: {why}.", "Look at Redis; nothing is lost meanwhile."
        )
    if state.damaged:
        says = f"{len(state.damaged)} segments in {state.directory} were damaged: {', '.join(state.damaged)}."
        yield Finding("spool", says, "Look at the disk; what could be read was counted. Remove them.", serious=False)
    if state.bytes > state.limit_bytes / 2:
        says = f"{state.bytes / 1024**2:.0f} MB wait in the spool, of {state.limit_bytes / 1024**2:.0f}."
        yield Finding("spool", says, "Look at Redis, or make it larger (collector.spool_mb).")
    elif not state.spooling and not state.damaged:
        yield Finding("spool", f"{state.bytes / 1024**2:.1f} MB wait in the spool.")


def _ports(settings: Settings) -> Iterator[Finding]:
    ports = listened(settings, processes.chosen(settings, full=bool(settings.postgres.pgbouncer_port)))
    busy = {name: port for name, (host, port) in ports.items() if taken(host, port)}
    for name, port in busy.items():
        advice = "Stop it, change the setting, or set HEATWAKE_PORT_OFFSET."
        yield Finding("port", f"Another program listens on {port} ({name}).{_listener(port)}", advice)
    if not busy:
        yield Finding("ports", "All are free.")
    yield Finding("stack", "Heatwake does not run.", "bin/up starts it.", serious=False)


def _listener(port: int) -> str:
    """Who listens there, as far as `ss` may tell."""
    if shutil.which("ss") is None:
        return ""
    told = subprocess.run(
        ["ss", "-Hltnp", f"sport = :{port}"],
        capture_output=True,
        text=True,
        check=False,
    )
    _, found, users = told.stdout.partition("users:")
    return f" It is {users.strip()}." if found else ""


def _services(settings: Settings) -> Iterator[Finding]:
    ready = True
    for state in service_states(settings):
        if state.trouble is not None:
            ready = False
            lines = supervision.last_lines(settings, state.name, 5)
            yield Finding("service", f"{state.name} is not ready: {state.trouble}", f"Its last lines:\n{lines}")
    if ready:
        yield Finding("services", "All are ready.")
    restarts = supervision.restarts(settings)
    for name, count in restarts.items():
        if count > 3:
            lines = supervision.last_lines(settings, name, 5)
            yield Finding("service", f"{name} was restarted {count} times of late.", f"Its last lines:\n{lines}")


def _schema(settings: Settings) -> Iterator[Finding]:
    try:
        missing = pending(settings.dsn("owner"))
    except (MigrationError, psycopg.Error) as error:
        yield Finding("schema", str(error).strip(), "The text says what to do; backups first.")
        return
    if missing:
        yield Finding("schema", f"Not applied yet: {', '.join(missing)}.", "bin/heatwake migrate")
    else:
        yield Finding("schema", "The schema is up to date.")
