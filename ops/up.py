"""`bin/up`, behind the bash that made sure of packages and the virtual environment: prepare, start, migrate, show."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import sys
import time

from heatwake.settings import ROOT, Settings, SettingsError
from ops import (
    demo_project,
    javascript,
    pgbouncer_server,
    postgres_server,
    processes,
    redis_server,
    secrets,
    shape,
    supervision,
)
from ops.console import StartError, bold, dim, say, step
from ops.ports import refuse_taken_ports
from ops.secrets import database_passwords
from ops.services import services
from storage import roles
from storage.migrate import MigrationError, migrate

STORES_READY_S = 90.0
APPLICATIONS_READY_S = 90.0


def arguments(words: list[str]) -> argparse.Namespace:
    """The flags of `bin/up`."""
    parser = argparse.ArgumentParser(
        prog="bin/up", description="Set up what is missing, start everything, print the addresses."
    )
    parser.add_argument("--full", action="store_true", help="with Elasticsearch, S3, pgbouncer, Prometheus, two nodes")
    parser.add_argument("--detach", action="store_true", help="give the terminal back; bin/down stops it")
    parser.add_argument("--empty", action="store_true", help="without the demo visits")
    parser.add_argument("--nodes", type=int, metavar="N", help="collector nodes behind the load balancer")
    return parser.parse_args(words)


def prepare(settings: Settings, number: dict[str, int]) -> dict[str, str]:
    """Directories, secrets and configuration of all processes; gives the environment that they run in."""
    environment = shape.environment(settings)
    database_passwords(settings)
    if "postgres" in number:
        environment |= postgres_server.prepare(settings)
    if "redis" in number:
        redis_server.prepare(settings)
    if "pgbouncer" in number:
        environment |= pgbouncer_server.prepare(settings)
    if "edge" in number:
        from collector import nginx

        nginx.render(settings, settings.var / "run" / "nginx")
    return environment


def set_up_database(settings: Settings) -> None:
    """Roles, database, migrations, partitions; then let the applications start."""
    if not settings.postgres.dsn:
        passwords = {role: word for role, word in database_passwords(settings).items() if role != "postgres"}
        roles.ensure_roles(postgres_server.superuser_dsn(settings), passwords)
    migrate(settings.dsn("owner"))
    roles.ensure_partitions(settings.dsn("owner"))


def start(settings: Settings, number: dict[str, int]) -> None:
    """Start every process and wait until all of them may take traffic. On failure everything is stopped again."""
    run = settings.var / "run"
    for name in ("run", "log", "data", "blobs"):
        (settings.var / name).mkdir(parents=True, exist_ok=True)
    refuse_taken_ports(settings, number)
    with step("Configuration"):
        environment = prepare(settings, number)
        (run / "migrated").unlink(missing_ok=True)
        processes.processes_file(settings).write_text(json.dumps(number))
        shape.keep(settings)
    all_services = services(settings, number)
    supervision.start(settings, environment)
    try:
        with step("Stores"):
            stores = [service for service in all_services if service.kind == "store"]
            supervision.wait_ready(settings, stores, STORES_READY_S)
        with step("Database schema"):
            set_up_database(settings)
        with step("Demo project"):
            demo_project.ensure(settings)
        (run / "migrated").touch()
        with step("Applications"):
            applications = [service for service in all_services if service.kind == "application"]
            supervision.wait_ready(settings, applications, APPLICATIONS_READY_S)
    except BaseException:
        supervision.stop(settings)
        shape.forget(settings)
        raise


def show(settings: Settings) -> None:
    """The addresses and the first sign-in."""
    demo = secrets.demo(settings)
    say()
    say(f"  {bold('Heatwake is running')}")
    say(f"  Dashboard   {settings.public_url}/")
    say(f"  Demo shop   http://{settings.edge.host}:{settings.shop.port}/")
    say(f"  Public API  {settings.public_url}/api/v1")
    if demo:
        say(f"  Sign in as  {demo['email']}   password  {demo['password']}")
    say(f"  {dim(f'Log {supervision.log_file(settings)} · bin/heatwake status · bin/down stops it')}")
    say()


def bring_up(asked: argparse.Namespace) -> Settings:
    """Do what the flags ask for; a running stack of the same shape is left alone."""
    settings = shape.decide(asked.full, asked.nodes)
    number = processes.chosen(settings, asked.full)
    (settings.var / "run").mkdir(parents=True, exist_ok=True)
    if supervision.supervisor(settings):
        if not (asked.full or asked.nodes) or processes.running(settings) == number:
            say("  Heatwake already runs.")
            return shape.decide_running(settings)
        with step("Stopping the stack of another shape"):
            supervision.stop(settings)
    (settings.var / "log").mkdir(parents=True, exist_ok=True)
    project = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(project, fcntl.LOCK_EX)  # two stacks of one project would build over each other
    try:
        for room in javascript.OUTPUT:
            if (ROOT / room / "package-lock.json").exists():
                javascript.build(room, settings.var / "log")
    finally:
        os.close(project)
    start(settings, number)
    return settings


def main() -> int:
    began = time.monotonic()
    asked = arguments(sys.argv[1:])
    try:
        settings = bring_up(asked)
    except (StartError, SettingsError, MigrationError) as error:
        say(f"\n  {bold('Heatwake could not be started.')}\n  {error}\n  `bin/heatwake doctor` looks for causes.")
        return 1
    show(settings)
    say(dim(f"  Ready after {time.monotonic() - began:.1f} s."))
    return 0


if __name__ == "__main__":
    sys.exit(main())
