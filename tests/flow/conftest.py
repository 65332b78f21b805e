"""Fixtures of the flow tests."""

from __future__ import annotations

import pytest
from door import Site, new_site
from running_stack import Stack
from stored import Stored
from two_projects import World, make_world


@pytest.fixture(scope="session")
def world(stack: Stack) -> World:
    """Two projects and everybody who may ask for their data."""
    return make_world(stack)


@pytest.fixture
def site(stack: Stack) -> Site:
    """A project with a site of the test's own."""
    return new_site(stack)


@pytest.fixture
def stored(stack: Stack, site: Site) -> Stored:
    """What the database holds of it."""
    return Stored(stack, site)
