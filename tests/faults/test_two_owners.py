"""Two workers believe a shard to be theirs: the database lets one of them commit, and each request counts once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from running_stack import Stack
from trial import Try

from heatwake.settings import ROOT
from ops.shape import environment


@contextmanager
def twin(stack: Stack) -> Iterator[subprocess.Popen[bytes]]:
    """A second worker under the first one's name: the leases of the one are those of the other."""
    settings = {**environment(stack.settings), "HEATWAKE_NODE": "1"}
    settings["HEATWAKE_COLLECTOR_WORKER_METRICS_PORT"] = str(stack.settings.collector.worker_metrics_port + 50)
    log = (stack.settings.var / "log" / "twin.log").open("wb")
    with log:
        process = subprocess.Popen([sys.executable, "-m", "collector.worker"], cwd=ROOT, env=settings, stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def logged(stack: Stack, name: str, since: int = 0) -> str:
    with (stack.settings.var / "log" / name).open("rb") as file:
        file.seek(since)
        return file.read().decode(errors="replace")


def test_two_workers_with_one_name_count_each_request_once(stack: Stack, trial: Try) -> None:
    since = (stack.settings.var / "log" / "heatwake.log").stat().st_size
    with trial("two workers own every shard") as load:
        with twin(stack):
            load.break_it(
                lambda: None,
                lambda: (
                    '"batch_committed"' in logged(stack, "twin.log")
                    and '"lease_lost"' in logged(stack, "twin.log") + logged(stack, "heatwake.log", since)
                ),
            )
        load.until_it_goes_on()
        assert load.browsers.turned_back == 0


def test_worker_that_slept_through_its_leases_commits_nothing(stack: Stack, trial: Try) -> None:
    """It is stopped with a batch in its hands, its shards go to another, and then it goes on as if nothing had been."""
    pid = stack.pid("worker-1")
    assert pid
    with trial("worker stopped, shards taken over") as load:

        def sleep_through() -> None:
            os.kill(pid, signal.SIGSTOP)
            try:
                with psycopg.connect(stack.settings.dsn("owner")) as connection:
                    connection.execute("UPDATE shard_leases SET owner = 'somebody/else', expires_at = now()")
                    connection.execute("DELETE FROM workers")
                with twin(stack):
                    load.until_it_goes_on()
                    os.kill(pid, signal.SIGCONT)
                    load.until_it_goes_on()
            finally:
                os.kill(pid, signal.SIGCONT)

        load.break_it(sleep_through)
        assert load.browsers.turned_back == 0
