"""Which processes a stack has: the types of the Procfile, and the numbers of each type's instances."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Collection
from pathlib import Path

from heatwake.settings import Settings

Numbers = dict[str, list[int]]  # process type → the numbers of its instances; of `redis` there is [1]

STORES = ("postgres", "redis", "redis-master", "memcached", "elasticsearch", "s3", "pgbouncer")
NUMBERED = ("redis-master", "node", "monolith", "worker")
MASTERS = 3  # of the stack's own Redis Cluster, the fewest that make one


def chosen(settings: Settings, full: bool) -> Numbers:
    """What a stack of these settings starts with. A store that the settings name elsewhere is not ours to start."""
    cluster, redis = settings.redis.mode == "cluster", not settings.redis.url
    wanted = {
        "postgres": 0 if settings.postgres.dsn else 1,
        "redis": int(redis and not cluster),
        "redis-master": MASTERS if redis and cluster else 0,
        "memcached": 0 if settings.memcached.nodes else 1,
        "elasticsearch": int(settings.sessions == "elasticsearch" and not settings.elasticsearch.url),
        "s3": int(settings.blobs.store == "s3" and not settings.blobs.endpoint),
        "pgbouncer": int(bool(settings.postgres.pgbouncer_port) and not settings.postgres.dsn),
        "edge": 1,
    }
    numbers = {name: list(range(1, number + 1)) for name, number in wanted.items()}
    numbers |= of_nodes(settings, range(1, settings.collector.nodes + 1))
    numbers |= {"dashboard": [1], "prometheus": [1] if full else []}
    rooms = {"worker": "collector.worker.__main__", "dashboard": "dashboard.server"}
    return {name: listed for name, listed in numbers.items() if listed and _exists(rooms.get(name))}


def of_nodes(settings: Settings, nodes: Collection[int]) -> Numbers:
    """The processes of these nodes. A single one needs no nginx of its own: the edge is its door."""
    return {
        "node": list(nodes) if len(nodes) > 1 else [],
        "monolith": list(nodes),
        "worker": [worker for node in nodes for worker in workers_of(settings, node)],
    }


def workers_of(settings: Settings, node: int) -> list[int]:
    """The numbers of a node's workers; they count through over all nodes."""
    workers = settings.collector.workers
    return list(range((node - 1) * workers + 1, node * workers + 1))


def _exists(module: str | None) -> bool:
    try:
        return module is None or importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def instances(numbers: Numbers) -> list[str]:
    """The names that processes go by (log lines, pid files): `worker-1`, `worker-2`, but `redis`."""
    return [name_of(kind, number) for kind, listed in numbers.items() for number in listed]


def name_of(kind: str, number: int) -> str:
    """The name of one instance."""
    return f"{kind}-{number}" if kind in NUMBERED else kind


def _file(settings: Settings) -> Path:
    return settings.var / "run" / "processes.json"


def keep(settings: Settings, numbers: Numbers) -> None:
    """Note what the stack is to run; the supervisor and `heatwake status` read it."""
    file = _file(settings)
    whole = file.with_suffix(".new")
    whole.write_text(json.dumps(numbers))
    whole.replace(file)


def running(settings: Settings) -> Numbers:
    """The processes that the running stack has; none if there is none."""
    try:
        noted: dict[str, list[int] | int] = json.loads(_file(settings).read_text())
    except FileNotFoundError:
        return {}
    # A stack that version 0.1 started has noted how many there are of each.
    return {kind: list(range(1, told + 1)) if isinstance(told, int) else told for kind, told in noted.items()}


def forget(settings: Settings) -> None:
    """Remove what `keep` wrote."""
    _file(settings).unlink(missing_ok=True)
