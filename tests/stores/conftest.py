"""The servers of the store tests, each started when the first test asks for it and shared by all."""

from __future__ import annotations

import dataclasses
import itertools
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from running_stack import Stack
from servers import free_port, listens, redis_cluster, redis_servers, running

from heatwake.settings import Settings
from ops import launch
from ops.postgres_server import superuser_dsn
from storage.migrate import migrate

_projects = itertools.count(int(time.time() * 1000))


@pytest.fixture
def project() -> int:
    """A project id that no other test uses."""
    return next(_projects)


@pytest.fixture(scope="session")
def other_projects() -> Callable[[], int]:
    """More of them."""
    return lambda: next(_projects)


@pytest.fixture(scope="session")
def database_settings(stack: Stack) -> Iterator[Settings]:
    """Settings of a migrated database of the store tests' own, in which no worker folds or removes anything."""
    name = sql.Identifier("stores_test")

    def drop(superuser: psycopg.Connection) -> None:
        superuser.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    with psycopg.connect(superuser_dsn(stack.settings), autocommit=True) as superuser:
        drop(superuser)
        superuser.execute(sql.SQL("CREATE DATABASE {} OWNER heatwake_owner").format(name))
    passfile = stack.settings.var / "secrets" / "pgpass"
    dsn = f"host=127.0.0.1 port={stack.settings.postgres.port} dbname=stores_test passfile={passfile}"
    own = dataclasses.replace(stack.settings, postgres=dataclasses.replace(stack.settings.postgres, dsn=dsn))
    migrate(own.dsn("owner"))
    yield own
    with psycopg.connect(superuser_dsn(stack.settings), autocommit=True) as superuser:
        drop(superuser)


@pytest.fixture(scope="session")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the grown stores' servers."""
    plain = Settings()
    return dataclasses.replace(
        plain,
        var=tmp_path_factory.mktemp("grown"),
        blobs=dataclasses.replace(plain.blobs, store="s3", port=free_port()),
        elasticsearch=dataclasses.replace(plain.elasticsearch, port=free_port(), transport_port=free_port()),
    )


@pytest.fixture(scope="session")
def s3_settings(grown: Settings) -> Iterator[Settings]:
    """The settings of an S3 server that runs."""
    with running(launch.prepare("s3", grown), grown.var / "s3.log", lambda: listens(grown.blobs.port)):
        yield grown


@pytest.fixture(scope="session")
def elasticsearch_url(grown: Settings) -> Iterator[str]:
    """The address of an Elasticsearch that runs."""

    def ready() -> bool:
        with urllib.request.urlopen(f"{grown.elasticsearch_url}/_cluster/health?wait_for_status=yellow") as answer:
            return bool(answer.status == 200)

    with running(launch.prepare("elasticsearch", grown), grown.var / "elasticsearch.log", ready):
        yield grown.elasticsearch_url


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one Redis."""
    with redis_servers(tmp_path_factory.mktemp("redis"), 1) as ports:
        yield f"redis://127.0.0.1:{ports[0]}/0"


@pytest.fixture(scope="session")
def redis_cluster_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one of three masters of a Redis Cluster."""
    with redis_cluster(tmp_path_factory.mktemp("cluster")) as ports:
        yield f"redis://127.0.0.1:{ports[0]}/0"


@pytest.fixture
def below(tmp_path: Path) -> Path:
    """A path that no directory can be made at: it lies below a file."""
    (tmp_path / "file").write_bytes(b"")
    return tmp_path / "file" / "store"
