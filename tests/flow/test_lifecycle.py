"""Starting, stopping and restarting a whole stack, as a person does it with `bin/up` and `bin/down`."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from door import CLICK, PAGE, Door, Visitor, events
from public_api import PublicApi
from running_stack import Stack, command, environment, free_offset, own_var, running

from heatwake.settings import ROOT

WAIT_S = 30
DOCUMENT = {
    "type": 0,
    "id": 1,
    "childNodes": [{"type": 2, "id": 2, "tagName": "html", "attributes": {}, "childNodes": []}],
}


def until(condition: Callable[[], object], what: str) -> None:
    end = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.05)


def processes_of(var: Path) -> list[int]:
    """The pids of all processes that were started with this `var`, or that name it."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                words = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            except OSError:
                continue
            if str(var).encode() in words:
                found.append(int(entry.name))
    return found


@pytest.fixture
def env() -> Iterator[dict[str, str]]:
    """A place and ports for a stack of the test's own; whatever runs there afterwards is stopped."""
    with own_var() as var:
        env = environment(var, free_offset())
        try:
            yield env
        finally:
            command("down", env=env)


def services(env: dict[str, str]) -> dict[str, dict[str, str]]:
    report = json.loads(command("heatwake", "status", "--json", env=env).stdout)
    return {service["name"]: service for service in report["services"]}


def send_visit(stack: Stack, project: dict[str, Any]) -> None:
    """A session of one page view with a click, a purchase and a recording."""
    visitor, door = Visitor(), Door(stack)
    purchase = {"k": "event", "t": 0, "name": "purchase", "props": {"total": 24.0}}
    assert door.send(f"/c/e?{visitor.query(project['site_key'])}", events(PAGE, CLICK, purchase)).status == 204
    now = int(time.time() * 1000)
    page = {"type": 4, "timestamp": now, "data": {"href": PAGE["url"], "width": 1280, "height": 800}}
    picture = {"type": 2, "timestamp": now, "data": {"node": DOCUMENT, "initialOffset": {"left": 0, "top": 0}}}
    assert door.send(f"/c/r?{visitor.query(project['site_key'])}", json.dumps([page, picture]).encode()).status == 204
    door.close()


def told_of_visit(stack: Stack, project: dict[str, Any]) -> dict[str, Any]:
    """What the public API tells of the one visit of a project."""
    api = PublicApi(stack, project["project_id"], project["api_key"])
    listed = api.get("/recordings")["items"]
    if len(listed) != 1 or not listed[0]["recorded"]:
        return {}
    heatmap = api.get("/heatmaps", page=PAGE["url"], kind="click")
    steps = [{"kind": "page", "url": PAGE["url"]}, {"kind": "event", "name": "purchase"}]
    funnel = api.post("/funnels/query", {"steps": steps})
    return {
        "session": listed[0],
        "events": api.get(f"/recordings/{listed[0]['id']}/events")["events"],
        "clicks": [(element["selector"], element["count"]) for element in heatmap["elements"]],
        "steps": [step["count"] for step in funnel["steps"]],
    }


def test_down_leaves_no_process_and_the_next_up_finds_the_data(env: dict[str, str]) -> None:
    var = Path(env["HEATWAKE_VAR"])
    assert command("up", "--detach", "--empty", env=env).returncode == 0
    first = running(env)
    project = first.new_project("Kept")
    names = set(services(env))
    assert {"postgres", "redis", "memcached", "edge", "monolith-1", "worker-1", "worker-2", "dashboard"} <= names
    send_visit(first, project)
    told: dict[str, Any] = {}

    def arrived() -> bool:
        told.update(told_of_visit(first, project))
        return bool(told) and told["clicks"] == [(CLICK["el"], 1)] and told["steps"] == [1, 1]

    until(arrived, "the visit to be told of")
    assert [event["type"] for event in told["events"]] == [4, 2]

    stopped = command("down", env=env)
    assert stopped.returncode == 0, stopped.stdout
    assert processes_of(var) == []
    assert list((var / "run").glob("*.pid")) == []
    again = command("down", env=env)
    assert (again.returncode, "does not run" in again.stdout) == (0, True)

    assert command("up", "--detach", "--empty", env=env).returncode == 0
    second = running(env)
    assert second.project == first.project
    assert told_of_visit(second, project) == told


def test_up_while_it_runs_says_so_and_changes_nothing(stack: Stack) -> None:
    before = {name: stack.pid(name) for name in services(stack.env)}
    again = command("up", "--detach", "--empty", env=stack.env)
    assert again.returncode == 0, again.stdout
    assert "already runs" in again.stdout
    assert stack.edge in again.stdout
    assert stack.password in again.stdout
    assert {name: stack.pid(name) for name in services(stack.env)} == before


@pytest.mark.parametrize("name", ["worker-1", "monolith-1", "dashboard", "edge", "memcached", "redis", "postgres"])
def test_killed_process_comes_back(stack: Stack, name: str) -> None:
    killed = stack.kill(name)
    until(lambda: stack.pid(name) not in (None, killed), f"{name} to run again")
    until(lambda: stack.run("status").returncode == 0, f"all to be ready after {name} was killed")


def test_killed_keeper_of_a_process_takes_nothing_else_down(stack: Stack) -> None:
    others = {name: stack.pid(name) for name in services(stack.env) if name != "memcached"}
    kept = stack.pid("memcached")
    keeper = int(Path(f"/proc/{kept}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(keeper, signal.SIGKILL)
    until(lambda: stack.pid("memcached") not in (None, kept), "memcached to run again")
    until(lambda: stack.run("status").returncode == 0, "all to be ready")
    assert {name: stack.pid(name) for name in others} == others


def test_status_names_every_process_with_address_pid_and_health(stack: Stack) -> None:
    shown = stack.run("status", "--json")
    assert shown.returncode == 0, shown.stdout
    report = json.loads(shown.stdout)
    assert report["ready"] is True
    for service in report["services"]:
        assert service["health"] == "ready"
        assert Path(f"/proc/{service['pid']}").exists()
    addresses = {service["name"]: service["address"] for service in report["services"]}
    assert addresses["edge"] == stack.edge
    assert addresses["redis"] == f"127.0.0.1:{stack.settings.redis.port}"
    assert [shard["shard"] for shard in report["streams"]] == list(range(stack.settings.collector.shards))
    assert report["dead_letters"]["count"] >= len(report["dead_letters"]["newest"])
    assert report["settings"]["collector"]["nodes"] == 1
    assert report["settings"]["blobs"]["secret_access_key"] == "•••"  # noqa: S105
    for name in addresses:
        assert name in stack.run("status").stdout


def test_status_of_a_stack_that_does_not_run_says_so(env: dict[str, str]) -> None:
    shown = command("heatwake", "status", env=env)
    assert (shown.returncode, "bin/up starts it" in shown.stdout) == (1, True)
    assert json.loads(command("heatwake", "status", "--json", env=env).stdout)["running"] is False


def test_doctor_finds_nothing_wrong_with_a_running_stack(stack: Stack) -> None:
    told = stack.run("doctor")
    assert told.returncode == 0, told.stdout
    assert "✗" not in told.stdout


def test_taken_port_is_named_before_anything_starts(env: dict[str, str]) -> None:
    with closing(socket.socket()) as other:
        # Connections of an earlier stack may not have been forgotten yet; a server is not stopped by them either.
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", 8379 + int(env["HEATWAKE_PORT_OFFSET"])))
        other.listen()
        refused = command("up", "--detach", "--empty", env=env)
        assert refused.returncode == 1
        assert f"redis.port = {other.getsockname()[1]}" in refused.stdout
        assert "HEATWAKE_PORT_OFFSET" in refused.stdout
        assert processes_of(Path(env["HEATWAKE_VAR"])) == []
        told = command("heatwake", "doctor", env=env)
        assert (told.returncode, str(other.getsockname()[1]) in told.stdout) == (1, True)


def test_failed_start_says_why_and_stops_what_it_had_started(env: dict[str, str]) -> None:
    var = Path(env["HEATWAKE_VAR"])
    assert command("up", "--detach", "--empty", env=env).returncode == 0
    with psycopg.connect(running(env).settings.dsn("owner")) as connection:
        connection.execute("UPDATE schema_migrations SET checksum = 'other' WHERE name LIKE '0001%'")
    assert command("down", env=env).returncode == 0
    failed = command("up", "--detach", "--empty", env=env)
    assert failed.returncode == 1
    assert "was changed after it had been applied" in failed.stdout
    assert processes_of(var) == []


def test_wrong_setting_stops_up_with_its_name(env: dict[str, str]) -> None:
    refused = command("up", "--detach", env={**env, "HEATWAKE_COLLECTOR_SHARDS": "many"})
    assert refused.returncode == 1
    assert "collector.shards is 'many'" in refused.stdout


def test_up_in_the_foreground_shows_the_log_and_stops_all_with_ctrl_c(env: dict[str, str]) -> None:
    var = Path(env["HEATWAKE_VAR"])
    shown = var / "shown"
    with shown.open("w") as output:
        up = subprocess.Popen([ROOT / "bin" / "up", "--empty"], env=env, stdout=output)
    until(lambda: "Ctrl-C stops" in shown.read_text(), "the stack to be ready")
    killed = running(env).kill("memcached")
    until(lambda: "process_restarts" in shown.read_text(), f"the restart of {killed} in what is shown")
    up.send_signal(signal.SIGINT)
    assert up.wait(WAIT_S) == 0
    assert processes_of(var) == []


def test_two_nodes_replace_one_and_a_killed_supervisor_takes_all_along(env: dict[str, str]) -> None:
    var = Path(env["HEATWAKE_VAR"])
    assert command("up", "--detach", "--empty", env=env).returncode == 0
    grown = command("up", "--detach", "--empty", "--nodes", "2", env=env)
    assert grown.returncode == 0, grown.stdout
    assert {"node-1", "node-2", "monolith-2", "worker-3", "worker-4"} <= set(services(env))
    assert command("up", "--detach", "--empty", env=env).returncode == 0
    assert "node-2" in services(env), "up without flags leaves a running stack alone"

    os.kill(int((var / "run" / "supervisor.pid").read_text()), signal.SIGKILL)
    until(lambda: processes_of(var) == [], "all processes to be gone")
    assert command("up", "--detach", "--empty", env=env).returncode == 0
    assert "node-2" not in services(env)
