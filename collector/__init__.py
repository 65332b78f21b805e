"""A collector node: its nginx configuration, its Flask monolith for the cooler paths, and its worker.

Knows `storage` and `heatwake`, never `dashboard`. `collector.protocol` and `collector.records` are
what its parts share: the wire protocol's types and the framing of stream entries.
"""
