"""Running a server that root starts as a user without rights, so that it still ends with its keeper.

A server that changes its user by itself (`memcached -u`) loses the kernel's promise to stop it when `ops.keep` is
killed; `setpriv` makes it anew.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from ops.console import StartError


def run_as(user: str, stop_signal: str = "TERM", must_reach: Path | None = None) -> list[str]:
    """What stands before a command that is to run as `user`; nothing where this is not root anyway.

    Where `user` can't walk to `must_reach` (a project below /root), it is given the right to pass directories. Raises
    StartError where that is not possible either.
    """
    if os.geteuid() != 0:
        return []
    command = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", f"--pdeathsig={stop_signal}"]
    if must_reach is None or _reaches(command, must_reach):
        return command
    command += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    if not _reaches(command, must_reach):
        raise StartError(
            f"The user {user} can't reach {must_reach}, as a folder above it is closed. Give that folder mode 711, "
            "move the project to /srv or /opt, or set HEATWAKE_VAR=/var/lib/heatwake."
        )
    return command


def _reaches(command: list[str], directory: Path) -> bool:
    tried = subprocess.run(
        [*command, "test", "-d", f"{directory}/."],
        check=False,
        capture_output=True,
    )
    return tried.returncode == 0
