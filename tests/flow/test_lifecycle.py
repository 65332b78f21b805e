"""Starting, stopping and restarting a whole stack, as a person does it with `bin/up` and `bin/down`."""

from __future__ import annotations

from running_stack import Stack


def test_running_stack_is_found_again(stack: Stack) -> None:
    assert stack.run("status").returncode == 0
