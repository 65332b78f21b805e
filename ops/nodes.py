"""The list of nodes that the edge goes by: `var/run/nodes.json`, read by lua/nodes.lua several times a second."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from heatwake.settings import Settings

State = Literal["serving", "draining", "drained"]


@dataclass(frozen=True)
class Node:
    """A node with an nginx of its own. `since`: unix time from which the edge sends to it, slowly at first."""

    number: int
    state: State
    since: float


@dataclass(frozen=True)
class Nodes:
    """What the edge is told. No `nodes`: it is the door itself.

    `monoliths`: numbers of the nodes whose monolith it asks. `closing`: the edge's nginx is about to be replaced, and
    browsers are to connect anew.
    """

    nodes: tuple[Node, ...]
    monoliths: tuple[int, ...]
    closing: bool = False

    def with_state(self, number: int, state: State) -> Nodes:
        """The same with one node in another state; serving again, it starts slowly."""
        now = time.time()
        changed = tuple(
            Node(number, state, now if state == "serving" else node.since) if node.number == number else node
            for node in self.nodes
        )
        return replace(self, nodes=changed)

    def without(self, number: int) -> Nodes:
        """The same without this node."""
        left = tuple(node for node in self.nodes if node.number != number)
        return replace(self, nodes=left, monoliths=tuple(one for one in self.monoliths if one != number))

    def with_closing(self, closing: bool) -> Nodes:
        """The same, with the edge's nginx about to be replaced or not."""
        return replace(self, closing=closing)

    def serving(self) -> list[int]:
        """The numbers of those that take requests."""
        return [node.number for node in self.nodes if node.state == "serving"]


def of(numbers: Sequence[int]) -> Nodes:
    """These nodes, all serving from now on; a single one serves through the edge."""
    now = time.time()
    own = numbers if len(numbers) > 1 else ()
    return Nodes(tuple(Node(number, "serving", now) for number in own), tuple(numbers))


def read(settings: Settings) -> Nodes:
    """The list as it stands. Raises FileNotFoundError if none was ever written."""
    told = _read(settings)
    listed = (Node(one["number"], one["state"], one["since"]) for one in told["nodes"])
    return Nodes(tuple(listed), tuple(told["numbers"]), told["closing"])


def publish(settings: Settings, nodes: Nodes) -> int:
    """Write the list; gives its version, which the edge's workers tell once they go by it."""
    path = settings.var / "run" / "nodes.json"
    version = _read(settings)["version"] + 1 if path.exists() else 1
    port = settings.collector.port
    told = {
        "version": version,
        "closing": nodes.closing,
        "nodes": [
            {"number": node.number, "port": port + node.number - 1, "state": node.state, "since": node.since}
            for node in nodes.nodes
        ],
        "numbers": nodes.monoliths,
        "monoliths": [f"unix:{settings.monolith_socket(number)}" for number in nodes.monoliths],
    }
    whole = path.with_suffix(".new")
    whole.write_text(json.dumps(told))
    whole.chmod(0o644)
    whole.replace(path)
    return version


def _read(settings: Settings) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((settings.var / "run" / "nodes.json").read_text())
    return told
