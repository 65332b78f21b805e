"""A page's address: host and path without query and fragment, the name under which its visits come together."""

from __future__ import annotations

from storage.naming import fitting


def page_address(url: str) -> str:
    """`https://Shop.example/products/?a=1#top` → `shop.example/products`; a site's root keeps its slash.

    A name and password before the host are left out. The port belongs to the host.
    """
    address = url.strip().split("#", 1)[0].split("?", 1)[0]
    address = address.split("://", 1)[-1]
    host, _, path = address.partition("/")
    host = host.rpartition("@")[2].lower()
    path = path.rstrip("/")
    return fitting(f"{host}/{path}")
