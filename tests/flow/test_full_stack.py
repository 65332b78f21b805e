"""The full shape: Elasticsearch, an S3 server, two nodes, pgbouncer and Prometheus beside the plain processes."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from running_stack import Stack

pytestmark = pytest.mark.full
WAIT_S = 90
ADDED = {"elasticsearch", "s3", "pgbouncer", "prometheus", "node-1", "node-2", "monolith-2", "worker-3", "worker-4"}


def until(condition: Callable[[], object], what: str) -> None:
    end = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.2)


def report(stack: Stack) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(stack.run("status", "--json").stdout)
    return told


def test_full_stack_is_ready_with_every_store_of_the_grown_side(full_stack: Stack) -> None:
    told = report(full_stack)
    assert told["ready"] is True, told
    assert {service["name"] for service in told["services"]} >= ADDED
    assert (told["settings"]["blobs"]["store"], told["settings"]["sessions"]) == ("s3", "elasticsearch")
    assert "Nothing is wrong." in full_stack.run("doctor").stdout


@pytest.mark.parametrize("name", ["s3", "pgbouncer", "elasticsearch"])
def test_killed_store_comes_back(full_stack: Stack, name: str) -> None:
    killed = full_stack.kill(name)
    until(lambda: full_stack.pid(name) not in (None, killed), f"{name} to run again")
    until(lambda: full_stack.run("status").returncode == 0, f"all to be ready after {name} was killed")


def test_prometheus_reaches_every_process(full_stack: Stack) -> None:
    address = f"http://127.0.0.1:{full_stack.settings.prometheus.port}/api/v1/targets?state=active"

    def all_up() -> bool:
        with urllib.request.urlopen(address) as answer:
            targets = json.load(answer)["data"]["activeTargets"]
        jobs = {target["labels"]["job"] for target in targets if target["health"] == "up"}
        return jobs >= {"edge", "node", "monolith", "worker", "dashboard"} and all(
            target["health"] == "up" for target in targets
        )

    until(all_up, "every target to be up")
