"""Restarts a running stack's applications one after the other, while visitors send, without a failed request.

A node is drained and comes back with new processes. Where nobody else can take over meanwhile, a master process starts
new children behind its sockets (SIGHUP): gunicorn's and nginx' do. Stores are left alone.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from collector import nginx
from heatwake.settings import Settings
from ops import node_changes, nodes, processes
from ops.builds import build_all
from ops.console import StartError
from ops.services import pid, services

LAST_ANSWERS_S = 2.0  # for how long the edge ends each connection with its answer before it is replaced
READY_S = 90.0
Tell = Callable[[str], None]


def restart(settings: Settings, tell: Tell) -> None:
    """All applications, each when the one before is back. Raises StartError with the first that is not.

    What is built of the code is built before, so that no new process meets what was made of another version.
    """
    build_all(settings.var / "log")
    numbers = node_changes.numbers_of(settings)
    directory = settings.var / "run" / "nginx"
    nginx.render(settings, directory, processes.running(settings).get("node", []))
    if "dashboard" in processes.running(settings):  # before the workers: it must be able to read what new ones write
        _replace_children(settings, "dashboard")
        tell("The dashboard is back.")
    for number in numbers:
        if len(numbers) == 1:
            _replace_children(settings, f"monolith-{number}")
            for worker in processes.workers_of(settings, number):
                _again(settings, f"worker-{worker}")
        elif number in nodes.read(settings).serving():
            node_changes.drain(settings, number)
            _again(settings, f"node-{number}", signal.SIGQUIT)
            _again(settings, f"monolith-{number}")
            node_changes.add(settings, number)
        tell(f"Node {number} is back.")
    _replace_edge(settings)
    tell("The edge is back.")


def _again(settings: Settings, name: str, number: signal.Signals = signal.SIGTERM) -> None:
    """End a process and wait until its keeper has started another, which may take traffic."""
    before = _running(settings, name)
    os.kill(before, number)
    _until(lambda: pid(settings, name) not in (None, before), f"{name} was not started again")
    _await_ready(settings, name)


def _replace_children(settings: Settings, name: str) -> None:
    """Have gunicorn's master start new processes on the same socket and end the old ones when they have answered."""
    _replace(settings, name)
    _await_ready(settings, name)


def _replace_edge(settings: Settings) -> None:
    """Have nginx' master start new workers with the configuration and the Lua of now."""
    node_changes.publish(settings, nodes.read(settings).with_closing(True))
    try:
        time.sleep(LAST_ANSWERS_S)
        _replace(settings, "edge")
    finally:
        node_changes.publish(settings, nodes.read(settings).with_closing(False))
    _await_ready(settings, "edge")


def _replace(settings: Settings, name: str) -> None:
    """SIGHUP to a master; waits until it has new processes, and no nginx worker of before takes anything new."""
    master = _running(settings, name)
    before = _children(master)
    os.kill(master, signal.SIGHUP)
    _until(lambda: bool(_children(master) - before), f"{name} started no new processes")
    # nginx tells its old workers some time after it has started new ones, and they say so in their titles.
    _until(lambda: not any(_takes_new(child) for child in before), f"{name} did not end its old processes")


def _takes_new(child: int) -> bool:
    try:
        title = Path(f"/proc/{child}/cmdline").read_bytes()
    except OSError:
        return False
    return title.startswith(b"nginx: worker process") and b"shutting down" not in title


def _children(parent: int) -> set[int]:
    return {int(child) for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()}


def _running(settings: Settings, name: str) -> int:
    found = pid(settings, name)
    if found is None:
        raise StartError(f"{name} does not run just now; see heatwake status.")
    return found


def _await_ready(settings: Settings, name: str) -> None:
    [service] = [one for one in services(settings, processes.running(settings)) if one.name == name]
    _until(lambda: service.trouble() is None, f"{name} is not ready: see heatwake status")


def _until(condition: Callable[[], bool], otherwise: str) -> None:
    end = time.monotonic() + READY_S
    while not condition():
        if time.monotonic() > end:
            raise StartError(f"{otherwise}, after {READY_S:.0f} s. What was not restarted yet goes on as before.")
        time.sleep(0.05)
