"""What the Lua of the hot path is told: stores' addresses, limits and waits, as a Lua table (see lua/settings.lua)."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any

from collector.protocol import MAX_EVENTS
from heatwake.settings import ROOT, Settings, SettingsError
from storage.event_stream.addresses import addresses


def _literal(value: Any) -> str:
    """`value` in Lua's spelling."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        # Bytes beyond the plain ones as \ddd: nothing in a password can end the string or nginx's block.
        return (
            '"'
            + "".join(c if c.isalnum() and c.isascii() else "".join(f"\\{b:03d}" for b in c.encode()) for c in value)
            + '"'
        )
    if isinstance(value, list):
        return "{ " + ", ".join(map(_literal, value)) + " }"
    return "{ " + ", ".join(f"{name} = {_literal(inner)}" for name, inner in value.items()) + " }"


def _address(host: str) -> str:
    """`host` for a cosocket, which reads no /etc/hosts."""
    return "127.0.0.1" if host == "localhost" else host


def _redis(settings: Settings) -> dict[str, Any]:
    try:
        named = addresses(settings.redis_url)
    except ValueError as error:
        raise SettingsError(f"redis.url {error}.") from error
    seeds = [{"host": _address(host), "port": port} for host, port in named.servers]
    cluster = settings.redis.mode == "cluster"
    if cluster and named.database:
        raise SettingsError("redis.url: a cluster has database 0 only.")
    if len(seeds) > 1 and not cluster:
        raise SettingsError("redis.url names several servers; only a cluster has them (redis.mode).")
    return {
        "redis_cluster": cluster,
        "redis_seeds": seeds,
        "redis_host": seeds[0]["host"],
        "redis_port": seeds[0]["port"],
        "redis_user": named.user,
        "redis_password": named.password,
        "redis_database": named.database,
    }


def lua_settings(settings: Settings, behind_edge: bool, node: int = 0) -> str:
    """The table for node `node`, 0 for the edge; `behind_edge`: another nginx of ours makes the request ids."""
    values: dict[str, Any] = _redis(settings) | {
        "behind_edge": behind_edge,
        # The edge goes by this list; a node sees there how many it shares a site's rate with (lua/nodes.lua).
        "nodes_file": str(settings.var / "run" / "nodes.json"),
        "slow_start_s": settings.collector.slow_start_s,
        # A node asks its own monolith, the edge those of its list.
        "monolith": f"unix:{settings.monolith_socket(node)}" if node else "",
        "monolith_connect_ms": 1000,
        "monolith_answer_ms": 5000,
        "nodes": settings.collector.nodes,
        "shards": settings.collector.shards,
        "memcached_nodes": [
            {"host": _address(host), "port": port, "name": f"{host}:{port}"} for host, port in settings.memcached_nodes
        ],
        "memcached_ms": 200,
        "redis_connect_ms": 1000,
        "redis_send_ms": settings.redis.answer_ms,
        # Then the batch goes to the spool: a browser that leaves the page does not wait for long.
        "redis_answer_ms": settings.redis.answer_ms,
        "redis_maxmemory": settings.redis.maxmemory_mb * 1_048_576,
        "redis_watermark": settings.redis.watermark_percent,
        "spool_directory": str(settings.spool_path),
        "spool_bytes": settings.collector.spool_mb * 1_048_576,
        "commit_wait_s": 10,
        "events_a_body": MAX_EVENTS,
        "countries": str(ROOT / "collector" / "countries" / "dist"),
        "demo_file": str(settings.var / "secrets" / "demo.json"),
    }
    return "{\n" + "".join(f"            {name} = {_literal(value)},\n" for name, value in values.items()) + "        }"


def resolver(settings: Settings) -> str:
    """nginx's resolver line, where a store is named by a host name and not by its address; else nothing."""
    seeds = [str(seed["host"]) for seed in _redis(settings)["redis_seeds"]]
    hosts = [*seeds, *(_address(host) for host, _ in settings.memcached_nodes)]
    if all(map(_is_address, hosts)):
        return ""
    try:
        lines = Path("/etc/resolv.conf").read_text().splitlines()
    except OSError as error:
        raise SettingsError(f"A store is named by a host name, and this machine has no resolver: {error}") from error
    servers = [line.split()[1] for line in lines if line.startswith("nameserver ") and len(line.split()) > 1]
    if not servers:
        raise SettingsError("A store is named by a host name, and /etc/resolv.conf names no server that resolves it.")
    return "resolver " + " ".join(f"[{one}]" if ":" in one else one for one in servers) + " valid=30s;"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
