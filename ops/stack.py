"""Starting a whole stack in order: configuration, stores, schema, demo project, applications."""

from __future__ import annotations

from collector import nginx
from heatwake.settings import Settings
from ops import (
    demo_project,
    launch,
    nodes,
    pgbouncer_server,
    postgres_server,
    processes,
    prometheus_server,
    redis_cluster,
    redis_server,
    shape,
    supervision,
)
from ops.console import step
from ops.ports import refuse_taken_ports
from ops.processes import Numbers
from ops.secrets import database_passwords
from ops.services import services
from ops.unprivileged import run_as
from storage import roles
from storage.migrate import migrate

STORES_S = 240.0  # a small machine with much else to do takes minutes to start Elasticsearch
READY_S = 90.0


def prepare(settings: Settings, numbers: Numbers) -> dict[str, str]:
    """Directories, secrets and configuration of all processes; gives the environment that they run in."""
    for name in ("run", "log", "data", "blobs"):
        (settings.var / name).mkdir(parents=True, exist_ok=True)
    environment = shape.environment(settings)
    database_passwords(settings)
    if "postgres" in numbers:
        environment |= postgres_server.prepare(settings)
    environment["AS_MEMCACHE"] = " ".join(run_as("memcache"))
    redis_server.prepare(settings, numbers)
    if "pgbouncer" in numbers:
        environment |= pgbouncer_server.prepare(settings)
    if "prometheus" in numbers:
        prometheus_server.prepare(settings, numbers)
    if "edge" in numbers:
        nodes.publish(settings, nodes.of(numbers.get("monolith", [])))
        nginx.render(settings, settings.var / "run" / "nginx", numbers.get("node", []))
    return environment


def start(settings: Settings, numbers: Numbers) -> None:
    """Start every process and wait until all of them may take traffic. On failure everything is stopped again.

    Raises StartError, MigrationError.
    """
    refuse_taken_ports(settings, numbers)
    for name, what in launch.SERVERS.items():
        if name in numbers:
            with step(what):
                launch.prepare(name, settings)
    with step("Configuration"):
        environment = prepare(settings, numbers)
        migrated = settings.var / "run" / "migrated"
        migrated.unlink(missing_ok=True)
        processes.keep(settings, numbers)
        shape.keep(settings)
    all_services = services(settings, numbers)
    supervision.start(settings, environment)
    try:
        with step("Stores"):
            if masters := numbers.get("redis-master"):
                redis_cluster.ensure([redis_server.master_port(settings, number) for number in masters])
            stores = [service for service in all_services if service.kind == "store"]
            supervision.wait_ready(settings, stores, STORES_S)
        with step("Database schema"):
            set_up_database(settings)
        with step("Demo project"):
            demo_project.ensure(settings)
        migrated.touch()
        with step("Applications"):
            applications = [service for service in all_services if service.kind == "application"]
            supervision.wait_ready(settings, applications, READY_S)
    except BaseException:
        stop(settings)
        raise


def set_up_database(settings: Settings) -> None:
    """Roles, database, migrations, partitions. A server that the settings name has its roles and database already."""
    if not settings.postgres.dsn:
        passwords = {role: word for role, word in database_passwords(settings).items() if role != "postgres"}
        roles.ensure_roles(postgres_server.superuser_dsn(settings), passwords)
    migrate(settings.dsn("owner"))
    roles.ensure_partitions(settings.dsn("owner"))


def stop(settings: Settings) -> None:
    """Stop every process and wait until it is gone; the data stays."""
    supervision.stop(settings)
    shape.forget(settings)
    processes.forget(settings)
