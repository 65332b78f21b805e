"""Everything is restarted, one process after the other, while requests come in."""

from __future__ import annotations

import os
import signal

from door import until
from running_stack import Stack
from trial import Try

from ops import processes
from ops.services import services


def restarted(stack: Stack, name: str) -> bool:
    """Stop a process as an operator does; True when another has taken its place and may take traffic."""
    pid = stack.pid(name)
    assert pid, f"{name} does not run"
    os.kill(pid, signal.SIGINT if name == "postgres" else signal.SIGTERM)
    until(lambda: stack.pid(name) not in (None, pid), f"{name} to be started again", 60)
    [service] = [one for one in services(stack.settings, processes.running(stack.settings)) if one.name == name]
    until(lambda: service.trouble() is None, f"{name} to be ready", 60)
    return True


def test_rolling_restart_of_everything_loses_nothing(stack: Stack, trial: Try) -> None:
    names = processes.instances(processes.running(stack.settings))
    with trial("everything, restarted one by one") as load:
        for name in names:
            load.break_it(lambda name=name: restarted(stack, name))
