"""The shape of a stack: what the flags of bin/up decide, and that other shells see it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from heatwake.settings import Settings, load, shape_file
from ops import processes, shape


@pytest.fixture(autouse=True)
def no_settings_of_the_caller(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("HEATWAKE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HEATWAKE_VAR", str(tmp_path))
    (tmp_path / "run").mkdir()


def test_full_shape_has_the_grown_stores_and_two_nodes() -> None:
    settings = shape.decide(full=True, nodes=None)
    assert (settings.sessions, settings.blobs.store, settings.collector.nodes) == ("elasticsearch", "s3", 2)
    assert settings.postgres.pgbouncer_port == settings.postgres.port + 1
    assert shape.decide(full=True, nodes=3).collector.nodes == 3
    assert shape.decide(full=False, nodes=None).collector.nodes == 1


def test_another_shell_and_every_process_see_the_same_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HEATWAKE_PORT_OFFSET", "700")
    monkeypatch.setenv("HEATWAKE_EDGE_PUBLIC_URL", 'https://heat.example/"quoted"')
    settings = shape.decide(full=True, nodes=None)
    shape.keep(settings)
    assert load({"HEATWAKE_VAR": str(tmp_path)}) == settings
    assert load(shape.environment(settings), running=False) == settings
    assert shape_file(tmp_path).stat().st_mode & 0o077 == 0
    shape.forget(settings)
    assert load({"HEATWAKE_VAR": str(tmp_path)}).edge.port == Settings().edge.port


def test_store_that_is_named_elsewhere_is_not_started() -> None:
    plain = shape.decide(full=True, nodes=None)
    assert {"postgres", "redis", "memcached", "elasticsearch", "s3", "pgbouncer"} <= processes.chosen(
        plain, True
    ).keys()
    elsewhere = replace(
        plain,
        postgres=replace(plain.postgres, dsn="host=db.example dbname=heatwake"),
        redis=replace(plain.redis, url="redis://redis.example"),
        memcached=replace(plain.memcached, nodes="cache.example:11211"),
        blobs=replace(plain.blobs, endpoint="https://s3.example"),
        elasticsearch=replace(plain.elasticsearch, url="https://search.example"),
    )
    assert not processes.chosen(elsewhere, True).keys() & set(processes.STORES)


def test_processes_are_numbered_where_there_may_be_several() -> None:
    names = processes.instances({"redis": [1], "worker": [1, 2]})
    assert names == ["redis", "worker-1", "worker-2"]
