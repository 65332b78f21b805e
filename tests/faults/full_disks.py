"""Small disks for a stack of a test's own: one for each store, so that one can be full while the others have room."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import FileIO
from pathlib import Path
from typing import NoReturn

import pytest
from running_stack import Stack, own_var, stack_in

SIZES = {"data": "400m", "data/redis": "100m", "blobs": "50m", "spool": "100m"}


@contextmanager
def small_disk(at: Path, size: str) -> Iterator[None]:
    """A file system of its own in memory, mounted at `at`; for who is not root a plain folder.

    Root's mount that fails is an error: the tests of full disks must not be left out where they are to run.
    """
    at.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        yield
        return
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "heatwake-test", at],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", at], check=True)


@contextmanager
def stack_on_small_disks(*flags: str) -> Iterator[Stack]:
    """A stack whose stores have disks of their own, by the names of SIZES below its `var`."""
    with own_var() as var, ExitStack() as disks:
        for name, size in SIZES.items():
            disks.enter_context(small_disk(var / name, size))
        yield disks.enter_context(stack_in(var, *flags))


def _write_on(file: FileIO, size: int) -> NoReturn:
    """Write blocks until the disk takes no more, which raises OSError."""
    while True:
        file.write(b"\0" * size)


@contextmanager
def full(stack: Stack, disk: str) -> Iterator[None]:
    """No byte is left on this disk."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount the small disk that is to be full")
    assert (stack.settings.var / disk).is_mount()
    filler = stack.settings.var / disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1_048_576, 4_096, 1):
            with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
                _write_on(file, size)
    try:
        yield
    finally:
        filler.unlink()
