"""Fixtures of the flow tests."""

from __future__ import annotations

import pytest
from running_stack import Stack
from two_projects import World, make_world


@pytest.fixture(scope="session")
def world(stack: Stack) -> World:
    """Two projects and everybody who may ask for their data."""
    return make_world(stack)
