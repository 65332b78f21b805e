"""Which addresses may be fetched: those of public servers. What was checked is what is connected to.

A recording names any address it likes. Without this, whoever can send one could read what only this machine can reach.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection
from typing import Final, NamedTuple
from urllib.parse import urlsplit

Resolve = Callable[[str, int], list[str]]
_PORTS: Final = {"http": 80, "https": 443}
# Addresses that stand for others: NAT64, 6to4, Teredo. What lies behind them is not looked up, so none is asked.
_OTHERS: Final = [ipaddress.ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]


class NotPublic(ValueError):
    """The address may not be fetched; the text says why."""


class Server(NamedTuple):
    """Where to connect: `address` is an IP address that has been checked, `path` the rest of the request."""

    scheme: str
    host: str
    port: int
    address: str
    path: str


def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a host. Raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(text: str) -> bool:
    """Whether an IP address is one of the public internet."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public(str(address.ipv4_mapped))
        if any(address in network for network in _OTHERS) or address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def server(
    url: str, site_origins: Collection[str] = (), private_origins: Collection[str] = (), resolve: Resolve = resolve
) -> Server:
    """The server of an address. `site_origins`: of the project's sites, whose port may be any; `private_origins`: those
    that the operator has opened, `scheme://host:port`, the port perhaps `*`. Raises NotPublic, OSError.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise NotPublic(f"{url[:200]} is no address: {error}") from error
    if parts.scheme not in _PORTS or not host or parts.username is not None or parts.password is not None:
        raise NotPublic(f"{url[:200]} is no plain http or https address")
    port = port or _PORTS[parts.scheme]
    origin = f"{parts.scheme}://{host}:{port}"
    opened = {_with_port(one) for one in private_origins}
    is_open = origin in opened or f"{parts.scheme}://{host}:*" in opened
    if port not in _PORTS.values() and not is_open and origin not in {_with_port(one) for one in site_origins}:
        raise NotPublic(f"port {port} of {host} is neither http's nor that of one of the project's sites")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        addresses = resolve(host.encode("idna").decode(), port)
    except UnicodeError as error:
        raise NotPublic(f"{host[:200]} is no host name") from error
    if not addresses:
        raise OSError(f"{host} has no address")
    # All of them: of a name with a public and a private address, the next one asked would be anybody's guess.
    if not is_open and not all(is_public(address) for address in addresses):
        raise NotPublic(f"{host} is not a public server")
    return Server(parts.scheme, host, port, addresses[0], path)


def _with_port(origin: str) -> str:
    """An origin with its port said."""
    origin = origin.strip().rstrip("/").lower()
    scheme, _, rest = origin.partition("://")
    has_port = ":" in rest.rpartition("]")[2]
    return origin if has_port else f"{origin}:{_PORTS.get(scheme, 0)}"
