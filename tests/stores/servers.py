"""Servers that only the store tests need: started on free ports with data of their own, ended with the test session."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

# The kernel ends the server when the test session is killed.
TIED = ["setpriv", "--pdeathsig", "KILL"]
START_S = 240


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def eventually(condition: Callable[[], object], what: str, within_s: float = 30) -> None:
    """Wait until `condition` gives something true; an OSError counts as not yet."""
    end = time.monotonic() + within_s
    while True:
        try:
            if condition():
                return
        except OSError as error:
            what = f"{what} ({error})"
        assert time.monotonic() < end, f"waited in vain: {what[:500]}"
        time.sleep(0.05)


@contextmanager
def running(command: list[str], log: Path, ready: Callable[[], object]) -> Iterator[subprocess.Popen[bytes]]:
    """A server from when it is ready until the end of the block."""
    with log.open("ab") as output:
        server = subprocess.Popen([*TIED, *command], stdout=output, stderr=output)
    try:
        eventually(lambda: server.poll() is not None or ready(), f"{command[0]} to be ready", START_S)
        assert server.poll() is None, f"{command[0]} ended with {server.returncode}:\n{log.read_text()[-2000:]}"
        yield server
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    socket.create_connection(("127.0.0.1", port), 1).close()
    return True


@contextmanager
def redis_servers(directory: Path, number: int, *flags: str) -> Iterator[list[int]]:
    """Redis servers with a log that is synced before each answer; gives their ports."""
    with ExitStack() as servers:
        ports = [free_port() for _ in range(number)]
        for port in ports:
            data = directory / str(port)
            data.mkdir()
            words = ["--port", str(port), "--dir", str(data), "--save", "", "--appendonly", "yes"]
            command = ["redis-server", *words, "--appendfsync", "always", *flags]
            if "--cluster-enabled" in flags:
                command += ["--cluster-port", str(free_port())]
            servers.enter_context(running(command, data / "log", lambda port=port: listens(port)))
        yield ports


@contextmanager
def redis_cluster(directory: Path) -> Iterator[list[int]]:
    """A Redis Cluster of three masters; gives their ports."""
    with redis_servers(directory, 3, "--cluster-enabled", "yes", "--cluster-node-timeout", "2000") as ports:
        addresses = [f"127.0.0.1:{port}" for port in ports]
        made = subprocess.run(
            ["redis-cli", "--cluster", "create", *addresses, "--cluster-yes"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stdout + made.stderr
        for port in ports:
            eventually(lambda port=port: "cluster_state:ok" in ask_redis(port, "CLUSTER", "INFO"), "the cluster")
        yield ports


def ask_redis(port: int, *words: str) -> str:
    """What `redis-cli` prints."""
    return subprocess.run(["redis-cli", "-p", str(port), *words], capture_output=True, text=True, check=False).stdout


@contextmanager
def memcached(port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A memcached node."""
    with running(["memcached", "-u", "root", "-l", "127.0.0.1", "-p", str(port)], log, lambda: listens(port)) as node:
        yield node
