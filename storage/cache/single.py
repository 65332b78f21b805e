"""The cache on one memcached node."""

from __future__ import annotations

from storage.cache.memcached import MemcachedNodes


class SingleNode(MemcachedNodes):
    """One node: while it is gone everything is a miss."""

    def __init__(self, node: tuple[str, int]) -> None:
        super().__init__([node])
