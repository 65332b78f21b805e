"""The ports that a stack listens on, and whether another program has one of them."""

from __future__ import annotations

import socket

from heatwake.settings import Settings
from ops.console import StartError
from ops.processes import MASTERS, Numbers


def listened(settings: Settings, numbers: Numbers) -> dict[str, tuple[str, int]]:
    """Setting → (host, port) for every port that these processes listen on."""
    local = "127.0.0.1"
    ports: dict[str, tuple[str, int]] = {
        "postgres.port": (local, settings.postgres.port),
        "redis.port": (local, settings.redis.port),
        "memcached.port": (local, settings.memcached.port),
        "dashboard.port": (local, settings.dashboard.port),
        "edge.port": (settings.edge.host, settings.edge.port),
        "elasticsearch.port": (local, settings.elasticsearch.port),
        "prometheus.port": (local, settings.prometheus.port),
    }
    mine = {name: where for name, where in ports.items() if numbers.get(name.partition(".")[0])}
    if numbers.get("edge"):
        mine["shop.port"] = (settings.edge.host, settings.shop.port)
    if numbers.get("s3"):
        mine["blobs.port"] = (local, settings.blobs.port)
    if numbers.get("pgbouncer"):
        mine["postgres.pgbouncer_port"] = (local, settings.postgres.pgbouncer_port)
    counted = {
        "redis-master": ("redis.port", settings.redis.port),
        "node": ("collector.port", settings.collector.port),
        "monolith": ("collector.monolith_metrics_port", settings.collector.monolith_metrics_port),
        "worker": ("collector.worker_metrics_port", settings.collector.worker_metrics_port),
    }
    masters = numbers.get("redis-master", [])
    for bus in (number - 1 + MASTERS for number in masters):
        mine[f"redis.port + {bus}"] = (local, settings.redis.port + bus)
    for kind, (name, first) in counted.items():
        mine |= {f"{name} + {number - 1}": (local, first + number - 1) for number in numbers.get(kind, [])}
    return mine


def taken(host: str, port: int) -> bool:
    """Whether somebody listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def refuse_taken_ports(settings: Settings, numbers: Numbers) -> None:
    """Raise StartError if a port is taken, or meant for two processes; names the settings to change."""
    ports = listened(settings, numbers)
    seen: dict[int, str] = {}
    for name, (_, port) in ports.items():
        if port in seen:
            raise StartError(f"{name} and {seen[port]} are both {port}; give one of them another port.")
        seen[port] = name
    busy = [f"{name} = {port}" for name, (host, port) in ports.items() if taken(host, port)]
    if busy:
        raise StartError(
            f"Another program listens on: {', '.join(busy)}.\n  Stop it, change the setting (heatwake.toml or "
            "HEATWAKE_…), or move all ports at once: HEATWAKE_PORT_OFFSET=1000 bin/up"
        )
