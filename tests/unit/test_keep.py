"""The keeper of one process (`ops.keep`), with real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from heatwake.settings import ROOT

Keep = Callable[..., subprocess.Popen[str]]
WAIT_S = 20


def until(condition: Callable[[], object], what: str) -> None:
    """Wait for a condition."""
    end = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def run(tmp_path: Path) -> Path:
    directory = tmp_path / "run"
    directory.mkdir()
    (directory / "migrated").touch()
    return directory


@pytest.fixture
def keep(run: Path) -> Iterator[Keep]:
    """Starts `ops.keep`; what is left of it is ended afterwards."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: str, supervisor: int | None = None) -> subprocess.Popen[str]:
        env = {**os.environ, "HEATWAKE_VAR": str(run.parent)}
        if supervisor:
            env["SUPERVISOR_PID"] = str(supervisor)
        command = [sys.executable, "-m", "ops.keep", *words]
        keeper = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True)
        started.append(keeper)
        return keeper

    yield start
    for keeper in started:
        keeper.terminate()
        keeper.wait(WAIT_S)
        assert keeper.stderr
        keeper.stderr.close()


def pid_of(run: Path, name: str, other_than: int | None = None) -> int:
    """The pid in the file, once it is there (and another)."""
    path = run / f"{name}.pid"

    def read() -> int | None:
        try:
            return int(path.read_text())
        except (FileNotFoundError, ValueError):
            return None

    until(lambda: read() not in (None, other_than), f"{name} to run")
    found = read()
    assert found
    return found


def test_killed_process_comes_back_and_the_log_says_so(keep: Keep, run: Path) -> None:
    keeper = keep("sleeper", "--", "sleep", "600")
    first = pid_of(run, "sleeper")
    os.kill(first, signal.SIGKILL)
    second = pid_of(run, "sleeper", other_than=first)
    assert alive(second)
    assert keeper.stderr
    line = json.loads(keeper.stderr.readline())
    assert (line["event"], line["process"], line["exit"]) == ("process_restarts", "sleeper", -signal.SIGKILL)


def test_what_a_killed_master_leaves_behind_goes_with_it(keep: Keep, run: Path) -> None:
    keep("master", "--", "sh", "-c", "sleep 601 & echo $! > $HEATWAKE_VAR/left; wait")
    left = run.parent / "left"
    until(lambda: left.exists() and left.read_text().strip(), "the child")
    first, child = pid_of(run, "master"), int(left.read_text())
    os.kill(first, signal.SIGKILL)
    pid_of(run, "master", other_than=first)
    until(lambda: not alive(child), "the child of the killed master to be gone")


def test_process_that_cannot_run_is_tried_ever_slower(keep: Keep, run: Path) -> None:
    keeper = keep("broken", "--", "false")
    assert keeper.stderr
    waits = [json.loads(keeper.stderr.readline())["in_s"] for _ in range(4)]
    assert waits == [0.1, 0.2, 0.4, 0.8]


def test_stop_reaches_the_process_and_leaves_no_pid_file(keep: Keep, run: Path) -> None:
    keeper = keep("sleeper", "--", "sleep", "600")
    pid = pid_of(run, "sleeper")
    keeper.terminate()
    assert keeper.wait(WAIT_S) == 0
    assert not alive(pid)
    assert not (run / "sleeper.pid").exists()


def test_killed_keeper_takes_its_process_along(keep: Keep, run: Path) -> None:
    keeper = keep("sleeper", "--", "sleep", "600")
    pid = pid_of(run, "sleeper")
    keeper.kill()
    until(lambda: not alive(pid), "the process to be gone")


def test_end_of_the_supervisor_stops_everything(keep: Keep, run: Path) -> None:
    with subprocess.Popen(["sleep", "600"]) as supervisor:
        keeper = keep("sleeper", "--", "sleep", "600", supervisor=supervisor.pid)
        pid = pid_of(run, "sleeper")
        supervisor.kill()
    assert keeper.wait(WAIT_S) == 0
    assert not alive(pid)


def test_applications_wait_for_the_schema_and_stores_do_not(keep: Keep, run: Path) -> None:
    (run / "migrated").unlink()
    keep("application", "--", "sleep", "600")
    keep("--store", "store", "--", "sleep", "600")
    pid_of(run, "store")
    assert not (run / "application.pid").exists()
    (run / "migrated").touch()
    pid_of(run, "application")


def test_store_stops_after_the_applications(keep: Keep, run: Path) -> None:
    trap = "trap 'test -e $HEATWAKE_VAR/go && exit 0' TERM; while :; do sleep 0.02; done"
    application = keep("application", "--", "sh", "-c", trap)
    store = keep("--store", "store", "--", "sleep", "600")
    store_pid = pid_of(run, "store")
    pid_of(run, "application")
    store.terminate()
    application.terminate()
    with pytest.raises(subprocess.TimeoutExpired):
        store.wait(1)
    assert alive(store_pid)
    (run.parent / "go").touch()
    os.kill(pid_of(run, "application"), signal.SIGTERM)
    assert application.wait(WAIT_S) == 0
    assert store.wait(WAIT_S) == 0
