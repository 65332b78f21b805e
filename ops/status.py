"""What `heatwake status` tells: each service with address, pid and health, the streams, dead letters, the settings."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

import redis

from heatwake import __version__
from heatwake.settings import Settings
from ops import processes, supervision
from ops.services import Service, pid, services
from ops.spool import spool_state
from storage.event_stream import open_event_stream
from storage.postgres import Database
from storage.shard_progress import shard_progress

NEWEST = 5


@dataclass(frozen=True)
class ServiceState:
    """A service now. `trouble`: why it may not take traffic; None: it may."""

    name: str
    kind: str
    address: str
    pid: int | None
    health: str
    trouble: str | None


def service_states(settings: Settings) -> list[ServiceState]:
    """Every service of the running stack, asked at the same time."""
    listed = services(settings, processes.running(settings))

    def ask(service: Service) -> ServiceState:
        trouble, runs = service.trouble(), pid(settings, service.name)
        health = "ready" if trouble is None else "unready" if runs else "down"
        return ServiceState(service.name, service.kind, service.address, runs, health, trouble)

    with ThreadPoolExecutor(max(1, len(listed))) as pool:
        return list(pool.map(ask, listed))


def _streams(settings: Settings) -> dict[str, Any]:
    """Entries that wait and how far each shard is committed; dead letters without what visitors sent."""
    stream = open_event_stream(settings)
    try:
        lengths = [stream.length(shard) for shard in range(settings.collector.shards)]
        newest = [{"source": one.source, "reason": one.reason, "error": one.error} for one in stream.dead(NEWEST)]
        dead = {"count": stream.dead_length(), "newest": newest}
    except (OSError, redis.RedisError) as error:
        return {"streams": None, "dead_letters": None, "trouble": f"The event stream can't be read: {error}"}
    try:
        progress = {one.shard: one for one in shard_progress(Database(settings, "worker", size=1))}
    except OSError as error:
        return {"streams": None, "dead_letters": dead, "trouble": f"The offsets can't be read: {error}"}
    shards: list[dict[str, Any]] = []
    for shard, length in enumerate(lengths):
        known = progress.get(shard)
        shards.append(
            {
                "shard": shard,
                "waiting_entries": length,
                "committed_id": known.stream_id if known else None,
                "committed_requests": known.requests if known else 0,
                "committed_s_ago": round(time.time() - known.committed_at.timestamp(), 1) if known else None,
                "owner": known.owner if known else None,
            }
        )
    return {"streams": shards, "dead_letters": dead, "trouble": None}


def _spool(settings: Settings) -> dict[str, Any] | None:
    """None where only another user may look into the spool."""
    try:
        return asdict(spool_state(settings))
    except PermissionError:
        return None


def status(settings: Settings) -> dict[str, Any]:
    """The whole report as plain data; secrets in the settings are hidden."""
    runs = supervision.supervisor(settings)
    report: dict[str, Any] = {"version": __version__, "running": runs is not None, "supervisor_pid": runs}
    if runs is None:
        return {**report, "ready": False, "services": [], "settings": settings.masked()}
    states = service_states(settings)
    report["ready"] = all(state.trouble is None for state in states)
    report["log"] = str(supervision.log_file(settings))
    report["services"] = [asdict(state) for state in states]
    return {**report, **_streams(settings), "spool": _spool(settings), "settings": settings.masked()}
