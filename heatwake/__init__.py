"""The frame around the rooms: settings, structured logs, process metrics and the `heatwake` command.

Every room may import `heatwake.settings`, `heatwake.logs` and `heatwake.metrics`; only `bin/` imports `heatwake.cli`.
"""

__version__ = "0.1.0"
