"""Makes a Redis Cluster of the stack's own masters: they meet and share the slots. One that is there stays as it is."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import redis

from ops.console import StartError

SLOTS = 16_384
ANSWERS_S = 60.0


def ensure(ports: Sequence[int]) -> None:
    """Have the masters on these ports of this machine form one cluster. Raises StartError if one does not answer."""
    masters: list[Any] = [redis.Redis(port=port, socket_timeout=5) for port in ports]
    try:
        for master, port in zip(masters, ports, strict=True):
            _await(master, port)
        for master, port in zip(masters, ports, strict=True):
            # Told its bus port too, since it is not the usual one; to meet again who is known already does nothing.
            bus = int(master.config_get("cluster-port")["cluster-port"])
            masters[0].execute_command("CLUSTER", "MEET", "127.0.0.1", port, bus)
        if not any(_owned(master) for master in masters):
            for index, master in enumerate(masters):
                first, last = (SLOTS * part // len(masters) for part in (index, index + 1))
                master.execute_command("CLUSTER", "ADDSLOTSRANGE", first, last - 1)
    except redis.RedisError as error:
        raise StartError(f"The Redis Cluster on ports {', '.join(map(str, ports))} can't be made: {error}") from error
    finally:
        for master in masters:
            master.close()


def _await(master: Any, port: int) -> None:
    """Wait until it answers and has loaded its log."""
    until = time.monotonic() + ANSWERS_S
    while True:
        try:
            master.ping()
        except redis.RedisError as error:
            if time.monotonic() > until:
                raise StartError(f"The Redis on port {port} does not answer: {error}") from error
            time.sleep(0.05)
        else:
            return


def _owned(master: Any) -> int:
    """How many slots the master knows to be assigned."""
    told: dict[str, str] = master.execute_command("CLUSTER INFO")
    return int(told["cluster_slots_assigned"])
