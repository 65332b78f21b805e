"""The services of a stack with their addresses, and whether each may take traffic."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import psycopg
import redis

from heatwake.settings import Settings
from ops import processes
from ops.postgres_server import superuser_dsn
from ops.processes import Numbers

Kind = Literal["store", "application"]
PROBE_S = 3.0


class NotReady(RuntimeError):
    """A service may not take traffic; the text says why."""


@dataclass(frozen=True)
class Service:
    """One process of the stack. `probe` raises NotReady or OSError while it may not take traffic."""

    name: str
    kind: Kind
    address: str
    probe: Callable[[], None]

    def trouble(self) -> str | None:
        """Why it may not take traffic; None if it may."""
        try:
            self.probe()
        except (NotReady, OSError, psycopg.Error, redis.RedisError, http.client.HTTPException) as error:
            return " ".join(str(error).split()) or type(error).__name__
        return None


class _SocketConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=PROBE_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(PROBE_S)
        self.sock.connect(str(self._path))


def _http(connect: Callable[[], http.client.HTTPConnection], path: str) -> Callable[[], None]:
    """A probe that wants a status below 300 at `path`."""

    def probe() -> None:
        connection = connect()
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            text = answer.read(300).decode(errors="replace").strip()
        finally:
            connection.close()
        if answer.status >= 300:
            raise NotReady(f"{path} answers {answer.status}: {text}")

    return probe


def _http_port(port: int, path: str = "/readyz", host: str = "127.0.0.1") -> Callable[[], None]:
    return _http(lambda: http.client.HTTPConnection(host, port, timeout=PROBE_S), path)


def _http_socket(path: Path) -> Callable[[], None]:
    return _http(lambda: _SocketConnection(path), "/readyz")


def _postgres(dsn: str) -> Callable[[], None]:
    def probe() -> None:
        with psycopg.connect(dsn, connect_timeout=3):
            pass

    return probe


def _redis(url: str) -> Callable[[], None]:
    def probe() -> None:
        client = redis.Redis.from_url(url, socket_timeout=PROBE_S, socket_connect_timeout=PROBE_S)
        try:
            client.ping()
        finally:
            client.close()

    return probe


def _redis_master(port: int) -> Callable[[], None]:
    """A probe that wants all slots of the cluster to be served, as this master sees it."""

    def probe() -> None:
        client: Any = redis.Redis(port=port, socket_timeout=PROBE_S, socket_connect_timeout=PROBE_S)
        try:
            state = client.execute_command("CLUSTER INFO")
        finally:
            client.close()
        if state["cluster_state"] != "ok":
            raise NotReady(f"the cluster is {state['cluster_state']}: not all slots are served")

    return probe


def _memcached(host: str, port: int) -> Callable[[], None]:
    def probe() -> None:
        with socket.create_connection((host, port), PROBE_S) as connection:
            connection.sendall(b"version\r\n")
            if not connection.recv(100).startswith(b"VERSION"):
                raise NotReady("does not answer like memcached")

    return probe


def _listens(port: int) -> Callable[[], None]:
    def probe() -> None:
        socket.create_connection(("127.0.0.1", port), PROBE_S).close()

    return probe


def services(settings: Settings, numbers: Numbers) -> list[Service]:
    """The services that these processes make, stores first."""
    one: dict[str, Service] = {}

    def add(name: str, kind: Kind, address: str, probe: Callable[[], None]) -> None:
        one[name] = Service(name, kind, address, probe)

    local = "127.0.0.1"
    add("postgres", "store", f"{local}:{settings.postgres.port}", _postgres(superuser_dsn(settings)))
    add("redis", "store", f"{local}:{settings.redis.port}", _redis(f"redis://{local}:{settings.redis.port}/0"))
    add("memcached", "store", f"{local}:{settings.memcached.port}", _memcached(local, settings.memcached.port))
    add(
        "elasticsearch",
        "store",
        settings.elasticsearch_url,
        _http_port(settings.elasticsearch.port, "/_cluster/health?wait_for_status=yellow&timeout=1s"),
    )
    add("s3", "store", settings.s3_endpoint, _listens(settings.blobs.port))
    add("pgbouncer", "store", f"{local}:{settings.postgres.pgbouncer_port}", _listens(settings.postgres.pgbouncer_port))
    add("edge", "application", settings.public_url, _http_port(settings.edge.port, host=settings.edge.host))
    add("dashboard", "application", f"http://{local}:{settings.dashboard.port}", _http_port(settings.dashboard.port))
    add(
        "prometheus",
        "application",
        f"http://{local}:{settings.prometheus.port}",
        _http_port(settings.prometheus.port, "/-/ready"),
    )
    for master in numbers.get("redis-master", []):
        port = settings.redis.port + master - 1
        add(f"redis-master-{master}", "store", f"{local}:{port}", _redis_master(port))
    for node in numbers.get("node", []):
        port = settings.collector.port + node - 1
        add(f"node-{node}", "application", f"http://{local}:{port}", _http_port(port))
    for node in numbers.get("monolith", []):
        path = settings.monolith_socket(node)
        add(f"monolith-{node}", "application", f"unix:{path}", _http_socket(path))
    for worker in numbers.get("worker", []):
        port = settings.collector.worker_metrics_port + worker - 1
        add(f"worker-{worker}", "application", f"http://{local}:{port}", _http_port(port))
    return [one[name] for name in processes.instances(numbers)]


def pid(settings: Settings, name: str) -> int | None:
    """The pid that runs now under this name; None if none does."""
    try:
        return int((settings.var / "run" / f"{name}.pid").read_text())
    except (FileNotFoundError, ValueError):
        return None
