"""The cache on several memcached nodes."""

from __future__ import annotations

from storage.cache.memcached import MemcachedNodes


class SeveralNodes(MemcachedNodes):
    """Keys are spread by rendezvous hashing: when a node goes only its own keys move, when it is back they return.

    What was kept under a key on another node in the meantime is then out of reach until it expires; so is a version
    bumped there, which is why everything that is cached also has a time to live.
    """

    def __init__(self, nodes: list[tuple[str, int]]) -> None:
        if len(set(nodes)) != len(nodes):
            raise ValueError(f"a memcached node is named twice: {nodes}")
        super().__init__(nodes)
