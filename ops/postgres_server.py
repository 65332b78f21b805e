"""The stack's own Postgres: data in `var/data/postgres`, on its own port, with passwords from `var/secrets/pgpass`."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

from heatwake.settings import Settings
from ops.console import StartError
from ops.render import render
from ops.secrets import database_passwords, directory
from ops.unprivileged import run_as

UNPRIVILEGED = "postgres"
LEAST_BUFFERS_MB, MOST_BUFFERS_MB = 256, 2_048


def programs() -> Path:
    """The folder with `postgres` and `initdb`, newest version first. Raises StartError if there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise StartError("Postgres is not installed: no initdb found. Run bin/up as root, or install `postgresql`.")


def prepare(settings: Settings) -> dict[str, str]:
    """Make the data directory if there is none and write the configuration; gives what the Procfile's line needs.

    Raises StartError with the cause.
    """
    bin_directory = programs()
    data = settings.var / "data" / "postgres"
    prefix = run_as(UNPRIVILEGED, "INT", settings.var)
    if not (data / "PG_VERSION").exists():
        _initialise(settings, bin_directory, data, prefix)
    version = (data / "PG_VERSION").read_text().strip()
    installed = bin_directory.parent.name
    if installed.isdigit() and version != installed:
        raise StartError(
            f"{data} was made by Postgres {version}, but {installed} is installed. Install postgresql-{version}, "
            "or move the data over with pg_upgrade."
        )
    memory = memory_mb()
    render(
        "postgresql.conf",
        data / "postgresql.conf",
        port=settings.postgres.port,
        shared_buffers=f"{buffers_mb(memory)}MB",
        effective_cache_size=f"{max(1_024, memory // 2)}MB",
    )
    return {"AS_POSTGRES": " ".join(prefix), "POSTGRES_BIN": str(bin_directory)}


def memory_mb() -> int:
    """The memory of this machine, or of the container if that may have less."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with contextlib.suppress(OSError, ValueError):  # no such control group, or no limit (`max`)
        memory = min(memory, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return memory // 2**20


def buffers_mb(memory: int) -> int:
    """What of `memory` MB Postgres keeps pages in: an eighth, as other servers run beside it."""
    return min(max(LEAST_BUFFERS_MB, memory // 8), MOST_BUFFERS_MB)


def _initialise(settings: Settings, programs: Path, data: Path, prefix: list[str]) -> None:
    if data.exists():
        shutil.rmtree(data)  # a start that was cut off before the server was ever used left it
    data.mkdir(parents=True, mode=0o700)
    if prefix:
        shutil.chown(data, UNPRIVILEGED, UNPRIVILEGED)
    log = settings.var / "log" / "initdb.log"
    password = data.parent / "postgres-first-password"
    password.touch(mode=0o600)
    password.write_text(database_passwords(settings)["postgres"] + "\n")
    if prefix:
        shutil.chown(password, UNPRIVILEGED, UNPRIVILEGED)
    command = [f"--pwfile={password}", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"]
    command += ["--auth-host=scram-sha-256", "--auth-local=scram-sha-256", "-D", str(data)]
    try:
        made = subprocess.run(
            [*prefix, str(programs / "initdb"), *command], capture_output=True, text=True, check=False
        )
    finally:
        password.unlink()
    log.write_text(made.stdout + made.stderr)
    if made.returncode:
        shutil.rmtree(data)
        last = (made.stderr or made.stdout).strip().splitlines()[-1:] or ["no output"]
        raise StartError(f"initdb failed: {last[0]}\n  The whole output is in {log}.")


def superuser_dsn(settings: Settings) -> str:
    """The connection string of the server's superuser, who makes roles and the database."""
    passfile = directory(settings) / "pgpass"
    return f"host=127.0.0.1 port={settings.postgres.port} dbname=postgres user=postgres passfile={passfile}"
