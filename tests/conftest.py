"""Fixtures for all tests: a real running stack, started once a session.

`HEATWAKE_TEST_STACK=VAR` uses the stack that runs already with its data below VAR, for quick runs while working.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from door import Site, new_site
from running_stack import Stack, environment, own_stack, running
from stored import Stored


def pytest_configure() -> None:
    """A run that is told to end ends what it has started: its fixtures are torn down, as after Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The plain stack."""
    borrowed = os.environ.get("HEATWAKE_TEST_STACK")
    if borrowed:
        yield running(environment(Path(borrowed)))
        return
    # Sites of tests are on this machine, whose addresses no stack fetches from by itself.
    with own_stack(ASSETS_PRIVATE_ORIGINS="http://127.0.0.1:*") as own:
        yield own


@pytest.fixture
def site(stack: Stack) -> Site:
    """A project with a site of the test's own."""
    return new_site(stack)


@pytest.fixture
def stored(stack: Stack, site: Site) -> Stored:
    """What the database holds of it."""
    return Stored(stack, site)


@pytest.fixture(scope="session")
def full_stack() -> Iterator[Stack]:
    """The full stack: recordings in S3, the session list in Elasticsearch, two nodes; for tests marked `full`."""
    borrowed = os.environ.get("HEATWAKE_TEST_FULL_STACK")
    if borrowed:
        yield running(environment(Path(borrowed)))
        return
    with own_stack("--full") as own:
        yield own
