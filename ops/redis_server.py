"""The stack's own Redis, one server or the masters of a cluster: append-only files below `var/data`."""

from __future__ import annotations

from pathlib import Path

from heatwake.settings import Settings
from ops.processes import MASTERS, Numbers
from ops.render import render

# Both write an acknowledged request to the log before the answer. `everysec` is no choice: while its sync is under way
# Redis puts the write off by up to two seconds and answers meanwhile: a killed Redis then loses what was acknowledged.
APPENDFSYNC = {"os": "no", "power": "always"}

CLUSTER = """
# Of the stack's own Redis Cluster. A master that is gone takes only its own slots with it.
cluster-enabled yes
cluster-port {bus}
cluster-config-file nodes.conf
cluster-node-timeout 2000
cluster-require-full-coverage no
"""


def prepare(settings: Settings, numbers: Numbers) -> None:
    """Make the data directories and write `var/run/redis.conf`, or one file a master."""
    if "redis" in numbers:
        _configure(settings, "redis", settings.redis.port)
    for number in numbers.get("redis-master", []):
        port = master_port(settings, number)
        path = _configure(settings, f"redis-master-{number}", port)
        path.write_text(path.read_text() + CLUSTER.format(bus=port + MASTERS))


def master_port(settings: Settings, number: int) -> int:
    """Where master `number` (from 1) listens; it talks to the others on the port MASTERS further."""
    return settings.redis.port + number - 1


def _configure(settings: Settings, name: str, port: int) -> Path:
    directory = settings.var / "data" / name
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    return render(
        "redis.conf",
        settings.var / "run" / f"{name}.conf",
        port=port,
        directory=f'"{directory}"',
        appendfsync=APPENDFSYNC[settings.redis.durability],
        maxmemory=f"{settings.redis.maxmemory_mb}mb",
    )
