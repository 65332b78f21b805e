"""The worker: from the event stream to committed rollups; one process a node, run as `python -m collector.worker`.

Its steps, a module each: `decode` → `sessionize` → `fold` (pure) → `commit` (one transaction); `run` joins them.
"""
