"""Settings: what wins, what is refused, and that each is documented."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from heatwake.settings import ROOT, Settings, SettingsError, load


@pytest.fixture
def var(tmp_path: Path) -> str:
    """A place without a running stack."""
    return str(tmp_path)


def toml(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "heatwake.toml"
    path.write_text(text)
    return path


def flat(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            found |= flat(value, f"{name}.")
        else:
            found[prefix + name] = value
    return found


def test_environment_wins_over_file_and_file_over_default(tmp_path: Path, var: str) -> None:
    file = toml(tmp_path, 'log_level = "warning"\n[collector]\nnodes = 2\nshards = 8\n')
    settings = load({"HEATWAKE_VAR": var, "HEATWAKE_COLLECTOR_NODES": "3"}, file)
    assert (settings.collector.nodes, settings.collector.shards, settings.log_level) == (3, 8, "warning")
    assert settings.collector.idle_ms == Settings().collector.idle_ms


def test_offset_moves_every_port_but_those_that_are_set(tmp_path: Path, var: str) -> None:
    file = toml(tmp_path, "[redis]\nport = 7000\n")
    settings = load({"HEATWAKE_VAR": var, "HEATWAKE_PORT_OFFSET": "500", "HEATWAKE_EDGE_PORT": "80"}, file)
    assert (settings.redis.port, settings.edge.port) == (7000, 80)
    moved = {name: value for name, value in flat(asdict(settings)).items() if name.endswith("port")}
    plain = flat(asdict(Settings()))
    for name in moved.keys() - {"redis.port", "edge.port", "postgres.pgbouncer_port"}:
        assert moved[name] == plain[name] + 500
    assert moved["postgres.pgbouncer_port"] == 0


def test_running_stack_is_found_by_its_var(tmp_path: Path, var: str) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "shape.toml").write_text('sessions = "elasticsearch"\n[edge]\nport = 9999\n')
    assert load({"HEATWAKE_VAR": var}).edge.port == 9999
    assert load({"HEATWAKE_VAR": var}).sessions == "elasticsearch"
    assert load({"HEATWAKE_VAR": var, "HEATWAKE_PORT_OFFSET": "1"}).edge.port == 9999
    assert load({"HEATWAKE_VAR": var, "HEATWAKE_EDGE_PORT": "81"}).edge.port == 81
    assert load({"HEATWAKE_VAR": var}, running=False).edge.port == Settings().edge.port


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("HEATWAKE_COLECTOR_NODES", "2", "colector_nodes is not a setting"),
        ("HEATWAKE_COLLECTOR_NODE", "2", "collector.node is not a setting"),
        ("HEATWAKE_COLLECTOR_NODES", "two", "collector.nodes is 'two'; it must be a whole number"),
        ("HEATWAKE_COLLECTOR_NODES", "0", "collector.nodes is 0; it must be 1 to 16"),
        ("HEATWAKE_COLLECTOR_SHARDS", "1000", "collector.shards is 1000; it must be 1 to 256"),
        ("HEATWAKE_COLLECTOR_LEASE_S", "-1", "collector.lease_s is -1; it must be at least 0"),
        ("HEATWAKE_EDGE_PORT", "70000", "edge.port is 70000; it must be 1 to 65535"),
        ("HEATWAKE_PORT_OFFSET", "60000", "it must be 1 to 65535"),
        ("HEATWAKE_LOG_LEVEL", "loud", "log_level is 'loud'; it must be one of debug"),
        ("HEATWAKE_REDIS_DURABILITY", "everysec", "it must be one of os, power"),
        ("HEATWAKE_MEMCACHED_NODES", "cache-1:11211, cache-2", "'cache-2'; it must be host:port"),
        ("HEATWAKE_CONFIG", "/nowhere/heatwake.toml", "does not exist"),
    ],
)
def test_wrong_setting_is_refused_by_name(var: str, variable: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load({"HEATWAKE_VAR": var, variable: value})
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nodes = ", "not valid TOML"),
        ("[collector]\nnodes = true\n", "must be a whole number"),
        ("collector = 3\n", "collector is a table of settings"),
        ("[edge]\npublic_url = 3\n", "edge.public_url is 3; it must be text"),
    ],
)
def test_wrong_file_is_refused(tmp_path: Path, var: str, text: str, says: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load({"HEATWAKE_VAR": var}, toml(tmp_path, text))
    assert says in str(refused.value)


def test_secrets_are_hidden(var: str) -> None:
    secret = "only-for-me"  # noqa: S105
    variables = ("SECRET_KEY", "REDIS_URL", "POSTGRES_DSN", "BLOBS_SECRET_ACCESS_KEY", "ELASTICSEARCH_URL")
    masked = load({"HEATWAKE_VAR": var} | {f"HEATWAKE_{name}": secret for name in variables}).masked()
    assert secret not in str(masked)
    assert masked["edge"]["port"] == Settings().edge.port


def test_every_setting_is_documented_with_its_default() -> None:
    rows = re.findall(r"^\| `([a-z_.]+)` \| (.+?) \| (.+?) \|$", (ROOT / "docs" / "settings.md").read_text(), re.M)
    documented = {name: default for name, default, _ in rows}
    assert len(documented) == len(rows), "a setting stands there twice"
    plain = flat(asdict(Settings()))
    assert sorted(documented) == sorted(plain)
    shown = {name: "empty" if value == "" else f"`{value}`" for name, value in plain.items()}
    shown["var"] = "`var/` in the project"
    assert documented == shown
