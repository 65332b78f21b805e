"""Settings: read once at start from `heatwake.toml` and `HEATWAKE_…`, typed, validated; an unknown one is an error.

A setting `redis.port` is `[redis] port = 8379` in the file and `HEATWAKE_REDIS_PORT=8379` in the environment, which
wins. `HEATWAKE_PORT_OFFSET` moves every default port at once, so that a second stack can run beside the first.
"""

from __future__ import annotations

import os
import re
import tomllib
import typing
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Literal

ROOT = Path(__file__).resolve().parent.parent
SECRETS = frozenset({"secret_key", "password", "secret_access_key", "url", "dsn"})
NOT_SETTINGS = frozenset(
    {f"HEATWAKE_{name}" for name in ("CONFIG", "NODE", "TEST_STACK", "TEST_FULL_STACK", "BENCH_STACK")}
)


class SettingsError(ValueError):
    """A setting is unknown, has the wrong type or contradicts another; the text names it and says what to do."""


@dataclass(frozen=True)
class Edge:
    """The load balancer that browsers reach: tracker, collector, API and dashboard on one origin, by path."""

    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""  # how browsers reach the edge; empty: http://host:port
    cdn_url: str = ""  # where the hashed tracker files are fetched from; empty: the edge itself
    proxies: str = ""  # networks of proxies before the edge, separated by commas, beside private ones
    requests_per_client: int = 256  # of one address at once; private networks are not limited
    client_timeout_s: int = 15  # a request's head must be there after so many seconds; its body may pause no longer


@dataclass(frozen=True)
class Collector:
    """The collector nodes: nginx + Lua, Flask monolith (unix socket) and worker each."""

    nodes: int = 1
    port: int = 8101  # node N listens on port + N - 1 when there is more than one; a single node lives in the edge
    worker_metrics_port: int = 8301  # worker N: port + N - 1
    monolith_metrics_port: int = 8401  # node N's monolith, beside its socket, for Prometheus: port + N - 1
    shards: int = 4
    workers: int = 2  # worker processes of a node
    body_limit_events: int = 262_144  # bytes of one POST /c/e
    body_limit_recording: int = 4_194_304  # bytes of one POST /c/r, as sent
    site_cache_s: int = 30  # how long a node believes what it knows of a site
    batch_requests: int = 16_000  # requests that one worker transaction takes at most
    gather_ms: int = 1_000  # under load a worker's transactions begin this far apart: each takes in more requests
    pages_per_project: int = 20_000  # addresses that have a name; what is beyond counts under the name (other)
    elements_per_project: int = 200_000  # the same for elements
    event_names_per_project: int = 2_000  # the same for custom events
    idle_ms: int = 200  # how long a worker waits for a new entry before it looks again
    slow_start_s: int = 10  # how long a node that joins or comes back takes less than its share of the requests
    lease_s: int = 6  # a shard's owner that is silent for this long loses it
    dead_letters: int = 10_000  # records that can't be used are kept, at most so many
    dead_letters_mb: int = 64  # and together so large
    dead_letters_days: int = 30  # and so long
    spool: str = ""  # where requests wait on disk while Redis does not take them; empty means var/spool
    spool_mb: int = 2_048  # the most that waits there; then requests are refused with 503


@dataclass(frozen=True)
class Dashboard:
    """The Dash + Flask monolith: pages, public API, share links."""

    port: int = 8200
    workers: int = 2
    live_cache_s: int = 2  # how long a figure of a range that is still filling may be served from the cache
    closed_cache_s: int = 300  # the same for a range that lies wholly in the past
    sign_in_days: int = 14


@dataclass(frozen=True)
class Shop:
    """The demo shop that carries the snippet."""

    port: int = 8090


@dataclass(frozen=True)
class Postgres:
    """The relational store. `dsn` empty: the server that `bin/up` starts on `port`, data below `var/`."""

    dsn: str = ""
    port: int = 8432
    pgbouncer_port: int = 0  # 0: the app connects directly; set by --full


@dataclass(frozen=True)
class Redis:
    """The event streams. `url` empty: the server that `bin/up` starts on `port`."""

    url: str = ""
    port: int = 8379
    mode: Literal["single", "cluster"] = "single"
    durability: Literal["os", "power"] = "os"  # what an acknowledged request outlives: killed processes, or a power cut
    answer_ms: int = 2_000  # a batch that is not answered within this goes to the spool
    maxmemory_mb: int = 1_024  # its memory; of a server elsewhere: what of it may be used. 0: no limit is known
    watermark_percent: int = 80  # of that memory; above it requests go to the spool


@dataclass(frozen=True)
class Memcached:
    """The cache nodes, `host:port` separated by commas. Empty: the one that `bin/up` starts on `port`."""

    nodes: str = ""
    port: int = 8211


@dataclass(frozen=True)
class Blobs:
    """Recordings, snapshots, assets and cold facts."""

    store: Literal["filesystem", "s3"] = "filesystem"
    path: str = ""  # filesystem: empty means var/blobs
    bucket: str = "heatwake"
    endpoint: str = ""  # s3: empty means the server that `--full` starts on `port`
    port: int = 8070
    region: str = "us-east-1"
    access_key_id: str = "heatwake"
    secret_access_key: str = "heatwake-local-only"  # noqa: S105 - of the local server only, which listens on 127.0.0.1


@dataclass(frozen=True)
class Assets:
    """Pictures, fonts and stylesheets of recorded pages, fetched at record time."""

    fetch: Literal["on", "off"] = "on"
    private_origins: str = (
        ""  # of an intranet's sites, `http://intranet.example:8080`, separated by commas; port `*`: any
    )
    largest_kb: int = 8_192
    project_mb: int = 2_048  # that a project's assets may take


@dataclass(frozen=True)
class Elasticsearch:
    """The grown session index. `url` empty: the server that `--full` starts on `port`."""

    url: str = ""
    port: int = 8920
    transport_port: int = 8930


@dataclass(frozen=True)
class Prometheus:
    """Monitoring of the full stack."""

    port: int = 8909


@dataclass(frozen=True)
class Settings:
    """Everything that a process of Heatwake needs to know at its start."""

    var: Path = ROOT / "var"
    port_offset: int = 0
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    secret_key: str = ""  # signs sign-in cookies; empty: made once and kept in var/secrets/secret_key
    sessions: Literal["postgres", "elasticsearch"] = "postgres"  # where the recording list is searched
    edge: Edge = field(default_factory=Edge)
    collector: Collector = field(default_factory=Collector)
    dashboard: Dashboard = field(default_factory=Dashboard)
    shop: Shop = field(default_factory=Shop)
    postgres: Postgres = field(default_factory=Postgres)
    redis: Redis = field(default_factory=Redis)
    memcached: Memcached = field(default_factory=Memcached)
    blobs: Blobs = field(default_factory=Blobs)
    assets: Assets = field(default_factory=Assets)
    elasticsearch: Elasticsearch = field(default_factory=Elasticsearch)
    prometheus: Prometheus = field(default_factory=Prometheus)

    @property
    def public_url(self) -> str:
        """The edge as browsers reach it, without a trailing slash."""
        return (self.edge.public_url or f"http://{self.edge.host}:{self.edge.port}").rstrip("/")

    @property
    def cdn_url(self) -> str:
        """Where the hashed tracker files come from, without a trailing slash."""
        return (self.edge.cdn_url or self.public_url).rstrip("/")

    def dsn(self, role: Literal["owner", "worker", "app"]) -> str:
        """A database role's connection string: `owner` migrates, `worker` writes all tenants, `app` reads its own."""
        if self.postgres.dsn:
            return f"{self.postgres.dsn} user=heatwake_{role}"
        port = self.postgres.pgbouncer_port if role == "app" and self.postgres.pgbouncer_port else self.postgres.port
        passfile = self.var / "secrets" / "pgpass"
        return f"host=127.0.0.1 port={port} dbname=heatwake user=heatwake_{role} passfile={passfile}"

    @property
    def redis_url(self) -> str:
        """Where the event streams are. The stack's own cluster is named by all of its three masters."""
        ports = range(self.redis.port, self.redis.port + (3 if self.redis.mode == "cluster" else 1))
        return self.redis.url or f"redis://{','.join(f'127.0.0.1:{port}' for port in ports)}/0"

    @property
    def memcached_nodes(self) -> list[tuple[str, int]]:
        """The cache nodes as (host, port)."""
        nodes = self.memcached.nodes or f"127.0.0.1:{self.memcached.port}"
        return [(host, int(port)) for host, _, port in (node.strip().rpartition(":") for node in nodes.split(","))]

    @property
    def blob_path(self) -> Path:
        return Path(self.blobs.path) if self.blobs.path else self.var / "blobs"

    @property
    def s3_endpoint(self) -> str:
        return self.blobs.endpoint or f"http://127.0.0.1:{self.blobs.port}"

    @property
    def elasticsearch_url(self) -> str:
        return self.elasticsearch.url or f"http://127.0.0.1:{self.elasticsearch.port}"

    @property
    def spool_path(self) -> Path:
        return Path(self.collector.spool).expanduser().resolve() if self.collector.spool else self.var / "spool"

    def monolith_socket(self, node: int) -> Path:
        """The unix socket of node `node`'s Flask monolith (nodes count from 1)."""
        return self.var / "run" / f"monolith-{node}.sock"

    def masked(self) -> dict[str, Any]:
        """All settings as plain data with secrets hidden, for `heatwake status`."""

        def hide(value: Any, name: str = "") -> Any:
            if isinstance(value, dict):
                return {key: hide(inner, key) for key, inner in value.items()}
            if name in SECRETS and value:
                return "•••"
            return str(value) if isinstance(value, Path) else value

        return typing.cast(dict[str, Any], hide(asdict(self)))


def _convert(kind: Any, value: Any, name: str) -> Any:
    """`value` as the type `kind`; text from the environment is parsed, anything else must fit already."""
    if typing.get_origin(kind) is Literal:
        allowed = typing.get_args(kind)
        if value not in allowed:
            raise SettingsError(f"{name} is {value!r}; it must be one of {', '.join(map(str, allowed))}.")
        return value
    if kind is Path:
        return Path(value).expanduser().resolve()
    if kind is int:
        try:
            if isinstance(value, bool):
                raise ValueError
            return int(value)
        except (TypeError, ValueError):
            raise SettingsError(f"{name} is {value!r}; it must be a whole number.") from None
    if kind is str:
        if not isinstance(value, str):
            raise SettingsError(f"{name} is {value!r}; it must be text.")
        return value
    raise SettingsError(f"{name} has a type that settings do not know: {kind!r}")


def _merge(current: Any, values: Mapping[str, Any], prefix: str) -> Any:
    """A copy of the dataclass `current` with `values` laid over it; unknown names raise SettingsError."""
    hints = typing.get_type_hints(type(current))
    known = {item.name for item in fields(current)}
    changes: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            raise SettingsError(f"{prefix}{name} is not a setting; see docs/settings.md for those that exist.")
        old = getattr(current, name)
        if is_dataclass(old):
            if not isinstance(value, Mapping):
                raise SettingsError(f"{prefix}{name} is a table of settings, not {value!r}.")
            changes[name] = _merge(old, value, f"{prefix}{name}.")
        else:
            changes[name] = _convert(hints[name], value, f"{prefix}{name}")
    return replace(current, **changes)


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """The `HEATWAKE_…` variables as nested values."""
    sections = {item.name for item in fields(Settings) if is_dataclass(item.default_factory)}
    found: dict[str, Any] = {}
    for key, value in environment.items():
        if not key.startswith("HEATWAKE_") or key in NOT_SETTINGS:
            continue
        name = key.removeprefix("HEATWAKE_").lower()
        section, _, rest = name.partition("_")
        if section in sections and rest:
            found.setdefault(section, {})[rest] = value
        else:
            found[name] = value
    return found


def _shift_ports(settings: Settings, given: set[str]) -> Settings:
    """Every port that was not given is moved by `port_offset`."""
    changes: dict[str, Any] = {}
    for item in fields(settings):
        part = getattr(settings, item.name)
        if not is_dataclass(part):
            continue
        moved = {
            port.name: getattr(part, port.name) + settings.port_offset
            for port in fields(part)
            if port.name.endswith("port") and getattr(part, port.name) and f"{item.name}.{port.name}" not in given
        }
        if moved:
            changes[item.name] = replace(part, **moved)  # type: ignore[type-var]
    return replace(settings, **changes)


def _check(settings: Settings) -> None:
    """Raise SettingsError for a number out of its range or a text out of its form."""
    ranges = {
        "collector.nodes": (1, 16),
        "collector.shards": (1, 256),
        "edge.requests_per_client": (1, 65_535),
        "edge.client_timeout_s": (1, 600),
        "collector.pages_per_project": (1, 10_000_000),
        "collector.elements_per_project": (1, 100_000_000),
        "collector.event_names_per_project": (1, 1_000_000),
        "collector.workers": (1, 16),
        "collector.spool_mb": (1, 1_048_576),
        "redis.answer_ms": (50, 60_000),
        "redis.watermark_percent": (30, 95),
        "dashboard.workers": (1, 64),
        "assets.largest_kb": (1, 8_192),
    }
    for section in fields(settings):
        part = getattr(settings, section.name)
        for item in fields(part) if is_dataclass(part) else ():
            name, value = f"{section.name}.{item.name}", getattr(part, item.name)
            low, high = ranges.get(name, (1, 65_535) if item.name.endswith("port") else (0, None))
            off = item.name == "pgbouncer_port" and value == 0
            if isinstance(value, int) and not off and (value < low or (high is not None and value > high)):
                raise SettingsError(f"{name} is {value}; it must be {f'{low} to {high}' if high else 'at least 0'}.")
    for node in settings.memcached.nodes.split(",") if settings.memcached.nodes else ():
        host, _, port = node.strip().rpartition(":")
        if not host or not port.isdigit():
            raise SettingsError(f"memcached.nodes has {node.strip()!r}; it must be host:port, separated by commas.")
    for origin in filter(None, (one.strip() for one in settings.assets.private_origins.split(","))):
        if not re.fullmatch(r"https?://[^/\s@]+", origin):
            raise SettingsError(
                f"assets.private_origins has {origin!r}; it must be scheme://host:port, without a path."
            )


def shape_file(var: Path) -> Path:
    """Where `bin/up` keeps what the running stack was started with, so that other shells see the same addresses."""
    return var / "run" / "shape.toml"


def _read_toml(path: Path) -> dict[str, Any]:
    """The values of a settings file. Raises SettingsError with the file's name."""
    try:
        return tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}") from error
    except OSError as error:
        raise SettingsError(f"{path} can't be read: {error.strerror}.") from error


def load(environment: Mapping[str, str] | None = None, file: Path | None = None, running: bool = True) -> Settings:
    """The settings of this process: the defaults, then the file, then the running stack's shape, then the environment.

    `file` defaults to `HEATWAKE_CONFIG`, then `heatwake.toml` beside the project; a missing default file is no error.
    `running` False leaves out what the running stack was started with: for `bin/up`, which decides that anew.
    Raises SettingsError with the setting's name and what to do.
    """
    environment = os.environ if environment is None else environment
    named = file or (Path(environment["HEATWAKE_CONFIG"]) if environment.get("HEATWAKE_CONFIG") else None)
    path = named or ROOT / "heatwake.toml"
    if named and not path.exists():
        raise SettingsError(f"{path} does not exist; it was named as the settings file.")
    values = _read_toml(path) if path.exists() else {}
    overrides = _from_environment(environment)
    settings: Settings = _merge(_merge(Settings(), values, ""), overrides, "")
    shape: dict[str, Any] = {}
    if running and shape_file(settings.var).exists():
        shape = _read_toml(shape_file(settings.var))
        settings = _merge(_merge(_merge(Settings(), values, ""), shape, ""), overrides, "")
    given = {
        f"{section}.{name}"
        for source in (values, shape, overrides)
        for section, inner in source.items()
        if isinstance(inner, Mapping)
        for name in inner
    }
    settings = _shift_ports(settings, given)
    _check(settings)
    return settings
