"""`bin/down`: stops exactly what `bin/up` started, waits until it is gone, keeps the data."""

from __future__ import annotations

import sys

from heatwake.settings import SettingsError, load
from ops import processes, shape, supervision
from ops.console import StartError, say, step


def main() -> int:
    try:
        settings = load()
        if supervision.supervisor(settings) is None:
            say(f"  Heatwake does not run (data below {settings.var}).")
        else:
            with step("Stopping Heatwake"):
                supervision.stop(settings)
    except (StartError, SettingsError) as error:
        say(f"  {error}")
        return 1
    shape.forget(settings)
    processes.processes_file(settings).unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
