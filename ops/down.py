"""`bin/down`: stops exactly what `bin/up` started, waits until it is gone, keeps the data."""

from __future__ import annotations

import sys

from heatwake.settings import SettingsError, load
from ops import stack, supervision, turns
from ops.console import StartError, say, step


def main() -> int:
    try:
        settings = load()
        with turns.of_stack(settings):
            if supervision.supervisor(settings) is None:
                say(f"  Heatwake does not run (data below {settings.var}).")
            else:
                with step("Stopping Heatwake"):
                    stack.stop(settings)
    except (StartError, SettingsError) as error:
        say(f"  {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
