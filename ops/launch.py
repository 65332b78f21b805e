"""Becomes a server whose command its own module knows: `python -m ops.launch elasticsearch`.

For the Procfile's lines of servers that take more than a few words to start. `ops.<name>_server.prepare(settings)`
makes what is missing and gives the command; `bin/up` has called it before, so that nothing is left to make here.
"""

from __future__ import annotations

import importlib
import os
import sys

from heatwake.settings import Settings, load

SERVERS = {"elasticsearch": "Elasticsearch, from its jars", "s3": "S3 server"}


def prepare(name: str, settings: Settings) -> list[str]:
    """Make what the server needs; gives its command. Raises StartError with what to do."""
    command: list[str] = importlib.import_module(f"ops.{name}_server").prepare(settings)
    return command


def main() -> None:
    command = prepare(sys.argv[1], load())
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
