"""`bin/up` without `--detach`: shows the log until the stack ends or the person at the terminal stops it."""

from __future__ import annotations

import os
import select
import signal
import sys
from types import FrameType

from heatwake.settings import Settings
from ops.supervision import log_file, supervisor

LOOKS_EVERY_S = 0.2


def follow(settings: Settings, from_byte: int) -> bool:
    """Print what is added to the log behind `from_byte`; True when a signal asked for the end, False when it ended."""
    asked: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        asked.append(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, note)
    pid = supervisor(settings)
    if pid is None:
        return False
    ended = os.pidfd_open(pid)
    try:
        with log_file(settings).open("rb") as log:
            log.seek(from_byte)
            while not asked:
                over = bool(select.select([ended], [], [], LOOKS_EVERY_S)[0])
                sys.stdout.write(log.read().decode(errors="replace"))
                sys.stdout.flush()
                if over:
                    return False
    finally:
        os.close(ended)
    return True
