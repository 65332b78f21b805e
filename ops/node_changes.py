"""Collector nodes that join and leave a running stack, without a failed request.

The order is what keeps every request answered: a node takes part only when all of it is ready; it leaves in steps: the
edge sends it nothing new, it finishes what it has, what waits in the spool is fed back, its workers give their shards
back, and only then its processes end.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace

from collector import nginx
from heatwake.settings import Settings
from ops import door_figures, nodes, processes, prometheus_server, shape, supervision
from ops.console import StartError
from ops.nodes import Nodes
from ops.ports import refuse_taken_ports
from ops.processes import Numbers
from ops.services import pid, services

MOST = 16
READY_S = 90.0
FOLLOWS_S = 10.0  # for the edge to go by a new list
FINISHES_S = 60.0  # for a node to answer what it has, and for its processes to end
SPOOL_S = 300.0


def numbers_of(settings: Settings) -> list[int]:
    """The nodes that the stack has, the one that lives in the edge included. Raises StartError if none runs."""
    if supervision.supervisor(settings) is None:
        raise StartError("Heatwake does not run here; bin/up starts it.")
    return processes.running(settings)["monolith"]


def add(settings: Settings, number: int | None = None) -> int:
    """Start a node, or have a drained one take requests again; gives its number. Raises StartError, nothing changed."""
    present, listed = numbers_of(settings), nodes.read(settings)
    if number in present:
        return _take_back(settings, listed, number)
    number = number or next((free for free in range(1, MOST + 1) if free not in present), MOST + 1)
    if not 1 <= number <= MOST:
        raise StartError(f"A node's number is 1 to {MOST}, and there are {len(present)} nodes.")
    numbers = sorted([*present, number])
    before, after = processes.running(settings), _with_nodes(settings, listed, numbers)
    fresh = {kind: [one for one in all_of_it if one not in before.get(kind, [])] for kind, all_of_it in after.items()}
    joining: Numbers = {kind: new for kind, new in fresh.items() if new}
    refuse_taken_ports(settings, joining)
    nginx.render(settings, settings.var / "run" / "nginx", after["node"])
    _run(settings, after)
    try:
        supervision.wait_ready(settings, services(settings, joining), READY_S)
    except BaseException:
        _run(settings, before)
        raise
    known = {node.number: node for node in listed.nodes}
    taking = tuple(known.get(node.number, node) for node in nodes.of(numbers).nodes)
    publish(settings, Nodes(taking, tuple(numbers)))
    _remember(settings, after)
    return number


def _with_nodes(settings: Settings, listed: Nodes, numbers: list[int]) -> Numbers:
    """The stack's processes with these nodes; those that are drained have no workers."""
    drained = {node.number for node in listed.nodes if node.state == "drained"}
    whole = processes.running(settings) | processes.of_nodes(settings, numbers)
    working = [worker for node in numbers if node not in drained for worker in processes.workers_of(settings, node)]
    return whole | {"worker": working}


def _take_back(settings: Settings, listed: Nodes, number: int) -> int:
    if number not in [node.number for node in listed.nodes] or number in listed.serving():
        raise StartError(f"Node {number} is there and takes requests.")
    running = processes.running(settings)
    after = running | {"worker": sorted({*running["worker"], *processes.workers_of(settings, number)})}
    _run(settings, after)
    workers: Numbers = {"worker": processes.workers_of(settings, number)}
    supervision.wait_ready(settings, services(settings, workers), READY_S)
    publish(settings, listed.with_state(number, "serving"))
    return number


def drain(settings: Settings, number: int) -> None:
    """Have a node finish and take nothing new; it stays, without workers. Raises StartError if that can't be."""
    listed = nodes.read(settings)
    if number not in numbers_of(settings):
        raise StartError(f"There is no node {number}; `heatwake node list` shows those there are.")
    if not [one for one in listed.serving() if one != number]:
        raise StartError(f"Node {number} is the only one that takes requests; add another first.")
    publish(settings, listed.with_state(number, "draining"))
    _finish(settings, number)
    running = processes.running(settings)
    leaving = processes.workers_of(settings, number)
    _run(settings, running | {"worker": [worker for worker in running["worker"] if worker not in leaving]})
    _await_end(settings, [f"worker-{worker}" for worker in leaving])
    publish(settings, nodes.read(settings).with_state(number, "drained"))


def remove(settings: Settings, number: int) -> None:
    """Drain a node if it is not, and end its processes. Of two nodes the one that is left moves into the edge."""
    listed = nodes.read(settings)
    if number not in [node.number for node in listed.nodes if node.state == "drained"]:
        drain(settings, number)
    left = nodes.read(settings).without(number)
    before = processes.running(settings)
    if len(left.nodes) == 1:
        [last] = left.nodes
        publish(settings, replace(left, nodes=()))
        _finish(settings, last.number)
    else:
        publish(settings, left)
    after = _with_nodes(settings, left, list(left.monoliths))
    _run(settings, after)
    _await_end(settings, [name for name in processes.instances(before) if name not in processes.instances(after)])
    _remember(settings, after)


def scale(settings: Settings, wanted: int) -> None:
    """Add or remove nodes, the highest numbers first, until there are so many."""
    while len(present := numbers_of(settings)) != wanted:
        if len(present) < wanted:
            add(settings)
        else:
            remove(settings, present[-1])


def differs_only_in_nodes(running: Numbers, wanted: Numbers) -> bool:
    """Whether the one can become the other by nodes that join or leave."""
    of_nodes = {"node", "monolith", "worker"}
    return {kind: one for kind, one in running.items() if one and kind not in of_nodes} == {
        kind: one for kind, one in wanted.items() if kind not in of_nodes
    }


def publish(settings: Settings, listed: Nodes) -> None:
    """Tell the edge, and wait until every worker of it goes by the new list."""
    version = nodes.publish(settings, listed)

    def follows() -> bool:
        try:
            told = door_figures.read(settings, "edge").get("heatwake_edge_nodes_version", [])
        except OSError:
            return False  # it was killed and comes back, with the new list
        return bool(told) and min(told) >= version

    _until(follows, FOLLOWS_S, "The edge does not take over the list of nodes; see its lines in the log.")


def _finish(settings: Settings, number: int) -> None:
    """Wait until a node that gets nothing new has answered all, and the spool has been fed back."""
    name = f"node-{number}"

    def idle() -> bool:
        try:
            return door_figures.under_way(settings, name) == 0
        except OSError:
            return pid(settings, name) is None

    _until(idle, FINISHES_S, f"{name} still works on requests after {FINISHES_S:.0f} s.")
    waits = settings.spool_path
    _until(
        lambda: not any(waits.glob("*.spool")),
        SPOOL_S,
        f"What waits in the spool ({waits}) is not fed back: see whether Redis takes it (heatwake status).",
    )


def _until(condition: Callable[[], bool], seconds: float, otherwise: str) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise StartError(f"{otherwise} Nothing is lost, and the same command goes on from here.")
        time.sleep(0.05)


def _run(settings: Settings, numbers: Numbers) -> None:
    """Have the supervisor run these processes."""
    processes.keep(settings, numbers)
    supervisor = supervision.supervisor(settings)
    if supervisor is None:
        raise StartError("Heatwake has been stopped meanwhile.")
    os.kill(supervisor, signal.SIGUSR1)


def _await_end(settings: Settings, names: list[str]) -> None:
    _until(
        lambda: all(pid(settings, name) is None for name in names),
        FINISHES_S,
        f"{', '.join(names)} did not end within {FINISHES_S:.0f} s.",
    )


def _remember(settings: Settings, numbers: Numbers) -> None:
    """Have other shells and Prometheus know how many there are."""
    grown = replace(settings, collector=replace(settings.collector, nodes=len(numbers["monolith"])))
    shape.keep(grown)
    if "prometheus" in numbers:
        prometheus_server.prepare(grown, numbers)
        if running := pid(settings, "prometheus"):
            os.kill(running, signal.SIGHUP)
