"""What a person sees while the stack starts: one line a step with its time, and a failure that says what to do."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class StartError(RuntimeError):
    """The stack can't be set up or started; the text says what failed, where the log is and what to do."""


def _coloured(text: str, code: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if sys.stdout.isatty() else text


def say(text: str = "") -> None:
    """One line to the terminal, at once. Nobody reading any more (`bin/up | head`) is no reason to end half-way."""
    with suppress(BrokenPipeError):
        print(text, flush=True)


def bold(text: str) -> str:
    """`text` in bold where the terminal can."""
    return _coloured(text, "1")


def dim(text: str) -> str:
    """`text` in a quiet colour where the terminal can."""
    return _coloured(text, "2")


@contextmanager
def step(what: str) -> Iterator[None]:
    """Show that `what` is under way, then that it is done and how long it took; a failure is marked and goes on up."""
    live = sys.stdout.isatty()
    if live:
        print(f"  · {what} …", end="", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        say(("\r" if live else "") + f"  {_coloured('✗', '31')} {what}   ")
        raise
    took = time.monotonic() - started
    say(("\r" if live else "") + f"  {_coloured('✓', '32')} {what:<44} {dim(f'{took:6.1f} s')}")
