"""`heatwake node`: collector nodes that join and leave the running stack."""

from __future__ import annotations

import argparse
import json
from typing import Any

from heatwake.cli.errors import CommandError
from heatwake.settings import Settings
from ops import node_changes, nodes, processes, turns
from ops.console import StartError


def add(commands: Any) -> None:
    """Add `node list`, `node add`, `node drain`, `node remove`."""
    group = commands.add_parser("node", help="collector nodes: join and leave while visitors send").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    every = group.add_parser("list", help="the nodes, and whether each takes requests")
    every.add_argument("--json", action="store_true", help="as a JSON array")
    every.set_defaults(run=listing)
    join = group.add_parser("add", help="start one more node, or have a drained one take requests again")
    join.add_argument("number", type=int, nargs="?", metavar="N", help="its number; else the lowest that is free")
    join.set_defaults(run=joining)
    drain = group.add_parser("drain", help="have a node finish what it has and take nothing new")
    drain.add_argument("number", type=int, metavar="N", help="the node's number")
    drain.set_defaults(run=draining)
    leave = group.add_parser("remove", help="drain a node and end its processes")
    leave.add_argument("number", type=int, metavar="N", help="the node's number")
    leave.set_defaults(run=leaving)


def listing(settings: Settings, asked: argparse.Namespace) -> int:
    """One line a node."""
    try:
        numbers = node_changes.numbers_of(settings)
    except StartError as error:
        raise CommandError(str(error)) from error
    own = {node.number: node for node in nodes.read(settings).nodes}
    running = processes.running(settings)["worker"]
    listed: list[dict[str, Any]] = [
        {
            "number": number,
            "state": own[number].state if number in own else "serving",
            "port": settings.collector.port + number - 1 if number in own else settings.edge.port,
            "in_edge": number not in own,
            "workers": [worker for worker in processes.workers_of(settings, number) if worker in running],
        }
        for number in numbers
    ]
    if asked.json:
        print(json.dumps(listed))
        return 0
    for node in listed:
        where = "in the edge" if node["in_edge"] else f"port {node['port']}"
        workers = ", ".join(f"worker-{worker}" for worker in node["workers"]) or "no worker"
        print(f"  node {node['number']:<3} {node['state']:<9} {where:<12} {workers}")
    return 0


def joining(settings: Settings, asked: argparse.Namespace) -> int:
    """Start it and wait until it takes requests."""
    try:
        with turns.of_stack(settings):
            number = node_changes.add(settings, asked.number)
    except StartError as error:
        raise CommandError(str(error)) from error
    print(f"Node {number} takes requests, slowly at first.")
    return 0


def draining(settings: Settings, asked: argparse.Namespace) -> int:
    """Wait until it has nothing left."""
    try:
        with turns.of_stack(settings):
            node_changes.drain(settings, asked.number)
    except StartError as error:
        raise CommandError(str(error)) from error
    print(f"Node {asked.number} has finished; `heatwake node add {asked.number}` has it take requests again.")
    return 0


def leaving(settings: Settings, asked: argparse.Namespace) -> int:
    """Wait until it has nothing left and is gone."""
    try:
        with turns.of_stack(settings):
            node_changes.remove(settings, asked.number)
    except StartError as error:
        raise CommandError(str(error)) from error
    print(f"Node {asked.number} has left.")
    return 0
