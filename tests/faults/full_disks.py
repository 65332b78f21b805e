"""Small disks for a stack of a test's own: one for each store, so that one can be full while the others have room."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from running_stack import Stack, command, environment, free_offset, own_var, running

SIZES = {"data": "400m", "data/redis": "100m", "blobs": "50m", "spool": "100m"}


@contextmanager
def small_disk(at: Path, size: str) -> Iterator[None]:
    """A file system of its own in memory, mounted at `at`, where that is allowed; else a plain folder."""
    at.mkdir(parents=True, exist_ok=True)
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "heatwake-test", at], capture_output=True, check=False
    )
    try:
        yield
    finally:
        if made.returncode == 0:
            subprocess.run(["umount", "--lazy", at], check=True)


@contextmanager
def stack_on_small_disks(*flags: str) -> Iterator[Stack]:
    """A stack whose stores have disks of their own, by the names of SIZES below its `var`."""
    with own_var() as var, ExitStack() as disks:
        for name, size in SIZES.items():
            disks.enter_context(small_disk(var / name, size))
        env = environment(var, free_offset())
        started = command("up", "--detach", "--empty", *flags, env=env)
        try:
            assert started.returncode == 0, started.stdout + started.stderr
            yield running(env)
        finally:
            stopped = command("down", env=env)
            assert stopped.returncode == 0, stopped.stdout + stopped.stderr


@contextmanager
def full(stack: Stack, disk: str) -> Iterator[None]:
    """No byte is left on this disk."""
    if not (stack.settings.var / disk).is_mount():
        pytest.skip("small disks can't be mounted here; that takes root")
    filler = stack.settings.var / disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1_048_576, 4_096, 1):
            with suppress(OSError):
                while True:
                    file.write(b"\0" * size)
    try:
        yield
    finally:
        filler.unlink()
