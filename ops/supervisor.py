"""Runs the Procfile with honcho: `python -m ops.supervisor VAR`; its pid stands in `var/run/supervisor.pid`.

Which processes and how many of each stands in `var/run/processes.json`. All output goes to standard output, where
`ops.up` has opened the log.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import honcho.manager
from honcho.environ import expand_processes, parse_procfile
from honcho.printer import Printer

from heatwake.settings import ROOT

# The stores stop after the applications, and Postgres writes a checkpoint then.
honcho.manager.KILL_WAIT = 45


def main() -> None:
    run = Path(sys.argv[1]) / "run"
    number = json.loads((run / "processes.json").read_text())
    procfile = parse_procfile((ROOT / "Procfile").read_text()).processes
    environment = {**os.environ, "SUPERVISOR_PID": str(os.getpid())}
    manager = honcho.manager.Manager(Printer(sys.stdout, colour=False))
    for process in expand_processes(
        {name: command for name, command in procfile.items() if name in number}, number, environment
    ):
        manager.add_process(process.name, process.cmd, quiet=process.quiet, env=process.env, cwd=str(ROOT))
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    pid_file = run / "supervisor.pid"
    pid_file.write_text(f"{os.getpid()}\n")
    try:
        manager.loop()
    finally:
        pid_file.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
