"""The cache: rendered aggregates and site configuration in memcached; can be rebuilt from Postgres at any time."""

from __future__ import annotations

from typing import Final, Protocol

from heatwake.settings import Settings


class Cache(Protocol):
    """Bytes by key with a time to live. A lost node or value is a miss, never an error (but for `keys` and `check`);
    nothing is kept here alone."""

    def get(self, key: str) -> bytes | None:
        """The value, or None."""

    def set(self, key: str, value: bytes, seconds: int) -> None:
        """Keep `value` for `seconds`; a value over 1 MB is not kept."""

    def get_many(self, keys: list[str]) -> dict[str, bytes]:
        """Those of `keys` that are there."""

    def set_many(self, values: dict[str, bytes], seconds: int) -> None:
        """Keep all of these."""

    def delete(self, key: str) -> None:
        """Forget the value."""

    def version(self, space: str) -> int:
        """The version of a name space (`project:7`); part of the keys of what depends on it. Starts at the clock."""

    def bump(self, space: str) -> int:
        """A new version: all that was kept under the old one is no longer found. Gives back the new version."""

    def count(self, key: str, seconds: int) -> int:
        """Add one to a counter and give the sum; it ends `seconds` after its first. 0: no node could count it."""

    def keys(self, prefix: str) -> list[str]:
        """The keys that begin so: looks through all that the nodes hold. Raises OSError if one does not tell."""

    def check(self) -> None:
        """Raise OSError with the cause if no node can be reached."""

    def size(self) -> int:
        """Bytes that the nodes hold."""


ANSWERS: Final = "hw:dashboard:"  # begins the keys of rendered answers: ANSWERS <query>:<project>:<more>


def project_space(project_id: int) -> str:
    """The cache's name space of a project; bumped when something of it is deleted."""
    return f"project:{project_id}"


def answers_of(cache: Cache, project_id: int) -> list[str]:
    """The keys of all answers about a project that are kept, old ones too."""
    return [key for key in cache.keys(ANSWERS) if key[len(ANSWERS) :].split(":")[1:2] == [str(project_id)]]


def open_cache(settings: Settings) -> Cache:
    """The cache that the settings name: one node, or several by consistent hashing."""
    nodes = settings.memcached_nodes
    if len(nodes) > 1:
        from storage.cache.several import SeveralNodes

        return SeveralNodes(nodes)
    from storage.cache.single import SingleNode

    return SingleNode(nodes[0])
