"""The ports that a stack listens on, and whether another program has one of them."""

from __future__ import annotations

import socket

from heatwake.settings import Settings
from ops.console import StartError


def listened(settings: Settings, number: dict[str, int]) -> dict[str, tuple[str, int]]:
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
    mine = {name: where for name, where in ports.items() if number.get(name.partition(".")[0])}
    if number.get("edge"):
        mine["shop.port"] = (settings.edge.host, settings.shop.port)
    if number.get("s3"):
        mine["blobs.port"] = (local, settings.blobs.port)
    if number.get("pgbouncer"):
        mine["postgres.pgbouncer_port"] = (local, settings.postgres.pgbouncer_port)
    for node in range(number.get("node", 0)):
        mine[f"collector.port + {node}"] = (local, settings.collector.port + node)
    for node in range(number.get("monolith", 0)):
        mine[f"collector.monolith_metrics_port + {node}"] = (local, settings.collector.monolith_metrics_port + node)
    for node in range(number.get("worker", 0)):
        mine[f"collector.worker_metrics_port + {node}"] = (local, settings.collector.worker_metrics_port + node)
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


def refuse_taken_ports(settings: Settings, number: dict[str, int]) -> None:
    """Raise StartError if a port is taken, or meant for two processes; names the settings to change."""
    ports = listened(settings, number)
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
