"""Every hostile test ends with the same question: is everything still there, and was nobody else harmed?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bystander import Bystander
from door import Door
from narrow_limits import SETTINGS
from running_stack import Stack, own_stack

PROCESSES = ("edge", "monolith-1", "worker-1", "worker-2", "redis", "postgres")


@pytest.fixture(scope="session")
def tight_stack() -> Iterator[Stack]:
    """A stack with narrow limits."""
    with own_stack(**SETTINGS) as own:
        yield own


@pytest.fixture
def door(stack: Stack) -> Iterator[Door]:
    door = Door(stack)
    yield door
    door.close()


@pytest.fixture(autouse=True)
def bystander(stack: Stack) -> Iterator[Bystander]:
    """Sends before and after the test (and inside it, if it wishes); no process may have been restarted meanwhile."""
    before = {name: stack.pid(name) for name in PROCESSES}
    assert None not in before.values(), before
    bystander = Bystander(stack)
    bystander.visits()
    yield bystander
    bystander.visits()
    bystander.check()
    assert {name: stack.pid(name) for name in PROCESSES} == before
