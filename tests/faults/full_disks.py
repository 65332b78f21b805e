"""Small disks for a stack of a test's own: one for each store, so that one can be full while the others have room."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from running_stack import Stack, command, environment, free_offset, own_var, running

SIZES = {"data": "400m", "data/redis": "100m", "blobs": "50m", "spool": "100m"}


@contextmanager
def small_disk(at: Path, size: str) -> Iterator[None]:
    """A file system of its own in memory, mounted at `at`; only root may."""
    at.mkdir(parents=True, exist_ok=True)
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "heatwake-test", at], capture_output=True, text=True
    )
    if made.returncode:
        pytest.skip(f"a small disk can't be mounted here: {made.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", at], check=True)


@contextmanager
def stack_on_small_disks() -> Iterator[Stack]:
    """A plain stack whose stores have disks of their own, by the names of SIZES below its `var`."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount small disks")
    with own_var() as var, ExitStack() as disks:
        for name, size in SIZES.items():
            disks.enter_context(small_disk(var / name, size))
        env = environment(var, free_offset())
        started = command("up", "--detach", "--empty", env=env)
        try:
            assert started.returncode == 0, started.stdout + started.stderr
            yield running(env)
        finally:
            stopped = command("down", env=env)
            assert stopped.returncode == 0, stopped.stdout + stopped.stderr


@contextmanager
def full(stack: Stack, disk: str) -> Iterator[None]:
    """No byte is left on this disk."""
    filler = stack.settings.var / disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1_048_576, 4_096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    try:
        yield
    finally:
        filler.unlink()
