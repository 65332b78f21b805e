"""Taking turns: two `bin/up` or `bin/down` of one stack, or two that build in one project, wait for each other."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from heatwake.settings import ROOT, Settings


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Hold the directory's lock; the kernel gives it back when this process ends."""
    handle = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def of_stack(settings: Settings) -> Iterator[None]:
    """Alone with the stack whose data lies below `settings.var`."""
    run = settings.var / "run"
    run.mkdir(parents=True, exist_ok=True)
    with _alone(run):
        yield


@contextmanager
def of_project() -> Iterator[None]:
    """Alone with the project's own builds; ops/bootstrap.sh takes the same lock for the virtual environment."""
    with _alone(ROOT):
        yield
