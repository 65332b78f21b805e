"""The stack's own Redis: append-only file in `var/data/redis`."""

from __future__ import annotations

from heatwake.settings import Settings
from ops.render import render


def prepare(settings: Settings) -> None:
    """Make the data directory and write `var/run/redis.conf`."""
    directory = settings.var / "data" / "redis"
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    render(
        "redis.conf",
        settings.var / "run" / "redis.conf",
        port=settings.redis.port,
        directory=f'"{directory}"',
        appendfsync=settings.redis.appendfsync,
    )
