"""The dashboard as a process: health, metrics over all its workers, and logs that know requests but no secrets."""

from __future__ import annotations

import json
import re
import urllib.request

from door import until
from running_stack import Stack
from two_projects import World

from dashboard.server import create_app


def asked(stack: Stack, path: str) -> str:
    """What the dashboard itself answers, without the edge."""
    with urllib.request.urlopen(f"http://127.0.0.1:{stack.settings.dashboard.port}{path}", timeout=30) as answer:
        return str(answer.read().decode())


def log_of(stack: Stack) -> str:
    return (stack.settings.var / "log" / "heatwake.log").read_text(errors="replace")


def test_alive_and_ready(stack: Stack) -> None:
    assert json.loads(asked(stack, "/healthz")) == {"alive": True}
    assert json.loads(asked(stack, "/readyz")) == {"ready": True}


def test_dash_is_set_up_before_the_first_request(stack: Stack) -> None:
    """Dash marks its set-up as done before it is, so two first requests at once would be one too early."""
    app = create_app(stack.settings).extensions["heatwake.dash"]
    assert app._got_first_request == {"pages": True, "setup_server": True}
    assert {"dash", "dash_mantine_components"} <= set(app.registered_paths)


def test_any_worker_tells_the_metrics_of_all(world: World) -> None:
    pattern = re.compile(r'_request_seconds_count\{route="api.get_usage",status="200"\} ([\d.]+)')

    def counted() -> float:
        return sum(float(number) for number in pattern.findall(asked(world.stack, "/metrics")))

    before = counted()
    for _ in range(8):
        assert world.askers["key of A"].get(f"/projects/{world.a}/usage").status == 200
    assert [counted() >= before + 8 for _ in range(6)] == [True] * 6


def test_request_id_of_an_answer_stands_in_the_log(world: World) -> None:
    reply = world.askers["key of A"].get(f"/projects/{world.a}/heatmaps", page="shop.example/nowhere")
    request_id = reply.json["error"]["request_id"]
    assert reply.headers["X-Request-Id"] == request_id

    def line() -> str | None:
        found = re.search(rf'\{{[^\n]*"request_id": "{request_id}"[^\n]*\}}', log_of(world.stack))
        return found[0] if found else None

    logged = json.loads(until(line, "the request to be logged"))
    assert (logged["process"], logged["route"], logged["status"]) == ("dashboard", "api.get_heatmap", 404)


def test_log_holds_no_secret_and_nobody_s_address(world: World) -> None:
    reply = world.askers["nobody"].ask("GET", f"/s/{world.token}/events")
    until(lambda: reply.headers["X-Request-Id"] in log_of(world.stack), "the request to be logged")
    text = log_of(world.stack)
    assert world.token not in text
    assert world.askers["key of A"].headers["Authorization"].split()[1] not in text
    assert world.grantee_email not in text
