"""Event streams on a Redis Cluster: a shard's keys lie in one slot, different shards on different servers."""

from __future__ import annotations

import time
from typing import Any

from redis.backoff import NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.retry import Retry

from storage.event_stream import Entry, StreamUnavailable
from storage.event_stream.addresses import addresses
from storage.event_stream.single import SingleStream, reaching


class ClusterStream(SingleStream):
    """As SingleStream; the client follows slots that move, and a command that moved is sent again where it belongs."""

    def __init__(self, url: str, connect_s: float = 2.0, answer_s: float = 5.0) -> None:
        # The client looks for the cluster when it is made; made at first use, so that a cluster that is down is an
        # error of the call and not of the process's start.
        self._answer_ms = int(answer_s * 1000)
        self._arguments = (url, connect_s, answer_s)
        self._connected: Any = None

    @property
    def _redis(self) -> Any:
        if self._connected is None:
            self._connected = self._open(*self._arguments)
        return self._connected

    def _open(self, url: str, connect_s: float, answer_s: float) -> Any:
        named = addresses(url)
        with reaching("show its cluster"):
            return RedisCluster(
                startup_nodes=[ClusterNode(host, port) for host, port in named.servers],  # type: ignore[no-untyped-call]
                username=named.user or None,
                password=named.password or None,
                socket_connect_timeout=connect_s,
                socket_timeout=answer_s,
                retry=Retry(NoBackoff(), 3),
                require_full_coverage=False,
            )

    def read(self, after: dict[int, str], count: int, block_ms: int) -> dict[int, list[Entry]]:
        """One command a shard, since they lie on different servers; waits at the shards in turn."""
        found = self._read_each(after, count, 0)
        until = time.monotonic() + block_ms / 1000
        while not found and after and time.monotonic() < until:
            found = self._read_each(after, count, max(1, block_ms // len(after)))
            if found:
                found = self._read_each(after, count, 0)
        return found

    def _read_each(self, after: dict[int, str], count: int, block_ms: int) -> dict[int, list[Entry]]:
        """Each shard's entries; with `block_ms` the first shard that has some ends the waiting.

        A server that does not answer holds up only its own shards; its error is raised where no other has anything.
        """
        found: dict[int, list[Entry]] = {}
        failure: StreamUnavailable | None = None
        for shard, stream_id in after.items():
            try:
                found.update(super().read({shard: stream_id}, count, block_ms))
            except StreamUnavailable as error:
                failure = error
            if found and block_ms:
                break
        if failure and not found:
            raise failure
        return found

    def _everywhere(self, *words: str) -> list[Any]:
        """The answers of all primaries."""
        return [self._redis.execute_command(*words, target_nodes=node) for node in self._redis.get_primaries()]

    def size(self) -> int:
        """Bytes of memory that all primaries use."""
        with reaching("tell its memory"):
            told = self._redis.info("memory", target_nodes=RedisCluster.PRIMARIES)
        every = [told] if "used_memory" in told else list(told.values())
        return sum(int(one["used_memory"]) for one in every)
