"""Which processes a stack has, by the names of the Procfile and how many of each; follows from the settings alone."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

from heatwake.settings import Settings

STORES = ("postgres", "redis", "memcached", "elasticsearch", "s3", "pgbouncer")


def chosen(settings: Settings, full: bool) -> dict[str, int]:
    """Process type → number. A store that the settings name elsewhere is not ours to start."""
    nodes = settings.collector.nodes
    wanted = {
        "postgres": 0 if settings.postgres.dsn else 1,
        "redis": 0 if settings.redis.url else 1,
        "memcached": 0 if settings.memcached.nodes else 1,
        "elasticsearch": int(settings.sessions == "elasticsearch" and not settings.elasticsearch.url),
        "s3": int(settings.blobs.store == "s3" and not settings.blobs.endpoint),
        "pgbouncer": int(bool(settings.postgres.pgbouncer_port) and not settings.postgres.dsn),
        "edge": 1,
        "node": nodes if nodes > 1 else 0,
        "monolith": nodes,
        "worker": nodes,
        "dashboard": 1,
        "prometheus": int(full),
    }
    rooms = {"worker": "collector.worker.__main__", "dashboard": "dashboard.server"}
    return {name: number for name, number in wanted.items() if number and _exists(rooms.get(name))}


def _exists(module: str | None) -> bool:
    try:
        return module is None or importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def instances(processes: dict[str, int]) -> list[str]:
    """The names that processes go by (log lines, pid files): `worker-1`, `worker-2`, but `redis`."""
    numbered = ("node", "monolith", "worker")
    return [
        f"{name}-{index + 1}" if name in numbered else name
        for name, number in processes.items()
        for index in range(number)
    ]


def _file(settings: Settings) -> Path:
    return settings.var / "run" / "processes.json"


def keep(settings: Settings, number: dict[str, int]) -> None:
    """Note what the stack is started with; the supervisor and `heatwake status` read it."""
    _file(settings).write_text(json.dumps(number))


def running(settings: Settings) -> dict[str, int]:
    """The processes that the running stack was started with; none if there is none."""
    try:
        noted: dict[str, int] = json.loads(_file(settings).read_text())
    except FileNotFoundError:
        return {}
    return noted


def forget(settings: Settings) -> None:
    """Remove what `keep` wrote."""
    _file(settings).unlink(missing_ok=True)
