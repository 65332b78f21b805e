"""The stack's own pgbouncer: the dashboard's connections, lent by the transaction."""

from __future__ import annotations

import os
import shutil

from heatwake.settings import Settings
from ops.postgres_server import UNPRIVILEGED
from ops.render import render
from ops.secrets import database_passwords


def prepare(settings: Settings) -> dict[str, str]:
    """Write its configuration and passwords; gives what the Procfile's line needs."""
    directory = settings.var / "run" / "pgbouncer"
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    users = directory / "users.txt"
    users.touch(mode=0o600)
    # Plain text, as SCRAM to the server needs it; the same file rights as pgpass.
    users.write_text("".join(f'"{role}" "{word}"\n' for role, word in database_passwords(settings).items()))
    configuration = render(
        "pgbouncer.ini",
        directory / "pgbouncer.ini",
        mode=0o600,
        port=settings.postgres.pgbouncer_port,
        postgres_port=settings.postgres.port,
        auth_file=users,
    )
    if os.geteuid() == 0:
        for path in (directory, users, configuration):
            shutil.chown(path, UNPRIVILEGED, UNPRIVILEGED)
    return {"PGBOUNCER_CONFIG": str(configuration)}
