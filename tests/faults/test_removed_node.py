"""A node that leaves: removed in order, and killed with all its processes at once."""

from __future__ import annotations

from door import until
from running_stack import Stack
from trial import Try

OF_A_NODE = ("node-2", "monolith-2", "worker-3", "worker-4")


def node(stack: Stack, *words: str) -> None:
    done = stack.run("node", *words)
    assert done.returncode == 0, done.stdout + done.stderr


def test_removed_node_turns_no_request_back(two_nodes: Stack, trial: Try) -> None:
    with trial("a node removed, and added again", on=two_nodes) as load:
        load.break_it(lambda: node(two_nodes, "remove", "2"), lambda: two_nodes.pid("node-2") is None)
        load.break_it(lambda: node(two_nodes, "add"), lambda: two_nodes.pid("node-2"))
        assert load.browsers.turned_back == 0


def test_killed_node_loses_nothing(two_nodes: Stack, trial: Try) -> None:
    with trial("a node, all its processes, kill -9", on=two_nodes) as load:

        def kill() -> list[int]:
            return [two_nodes.kill(name) for name in OF_A_NODE]

        load.asked_again = load.browsers.at_once
        load.break_it(kill)
        until(lambda: all(two_nodes.pid(name) for name in OF_A_NODE), "the node to be back")
