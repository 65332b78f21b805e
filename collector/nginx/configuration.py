"""Puts the templates beside this file together: what differs between the edge, a node, and an edge that is the node."""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from collector.nginx.hot_path_settings import lua_settings, resolver
from collector.nginx.spool_directory import make_spool
from collector.nginx.worker_user import worker_user
from heatwake.settings import ROOT, Settings, SettingsError

HERE = Path(__file__).parent
SNIPPET, SHOP, LUA = ROOT / "snippet" / "dist", ROOT / "shop", ROOT / "lua"
# Debian, then where a build from source puts them.
MODULES = (Path("/usr/lib/nginx/modules"), Path("/usr/share/nginx/modules"), Path("/usr/local/nginx/modules"))
# Who may stand before the edge without being named.
PRIVATE = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")

# `@{name}`, since `$name` is nginx's own.
_PLACE = re.compile(r"@\{([a-z_]+)\}")


def _fill(template: str, **values: str | int | Path) -> str:
    """`template`.conf with its places filled. Values that would end nginx's quotes are refused."""
    for value in values.values():
        if isinstance(value, Path) and any(character in str(value) for character in '"\\$\n'):
            raise SettingsError(
                f"nginx can't work with the path {value}: it has a quote, a backslash or a dollar in it."
            )
    return _PLACE.sub(lambda place: str(values[place[1]]), (HERE / f"{template}.conf").read_text())


def edge(settings: Settings, directory: Path) -> str:
    """The edge's configuration: the door, and the way to the nodes; lua/edge.lua takes the one that is in use."""
    public = urlsplit(settings.public_url)
    if public.scheme not in ("http", "https") or not public.netloc or any(c in settings.public_url for c in '"\\$; '):
        raise SettingsError(f"edge.public_url is {settings.public_url!r}; it must be like https://heat.example.com.")
    log = _log(settings, "edge")
    limits = _limits(settings)
    server = _fill(
        "edge_server",
        edge_address=f"{settings.edge.host}:{settings.edge.port}",
        health=_fill("health", allowed=_own_address(settings.edge.host)),
        door=_fill("door", log=log, door="edge", **limits) + _to_nodes(log, limits),
        snippet=SNIPPET,
        scheme=public.scheme,
    )
    shop = _fill(
        "shop_server",
        shop_address=f"{settings.edge.host}:{settings.shop.port}",
        shop=SHOP,
        public_url=settings.public_url,
    )
    return _main(settings, directory, "edge", _fill("edge_upstreams"), server + shop, behind_edge=False)


def _to_nodes(log: Path, limits: dict[str, str | int | Path]) -> str:
    kept = _fill("nodes", name="nodes", keepalive="30s", log=log, **limits)
    last = _fill("nodes", name="nodes_last", keepalive="0", log=log, **limits)
    return kept + last + _fill("edge_door", log=log, **limits)


def node(settings: Settings, directory: Path, number: int) -> str:
    """The configuration of node `number` (from 1) behind the edge."""
    server = _fill(
        "node_server",
        port=settings.collector.port + number - 1,
        health=_fill("health", allowed=""),
        door=_fill("door", log=_log(settings, f"node-{number}"), door="node", **_limits(settings)),
    )
    upstreams = _monolith(settings, number)
    return _main(settings, directory, f"node-{number}", upstreams, server, behind_edge=True, number=number)


def _main(
    settings: Settings, directory: Path, name: str, upstreams: str, servers: str, *, behind_edge: bool, number: int = 0
) -> str:
    walked = [LUA, SNIPPET, SHOP, settings.var / "run", directory, settings.spool_path.parent]
    user = worker_user(walked) if os.geteuid() == 0 else None
    make_spool(settings.spool_path, user)
    return _fill(
        "main",
        user=f"user {user};" if user else "",
        name=name,
        directory=directory,
        modules=_modules(),
        mime_types=Path("/etc/nginx/mime.types"),
        log=_log(settings, name),
        lua=LUA,
        lua_settings=lua_settings(settings, behind_edge, number),
        proxies=_proxies(settings),
        unlimited="\n".join(f"        {network} 0;" for network in PRIVATE),
        requests_per_client=settings.edge.requests_per_client,
        client_timeout_s=settings.edge.client_timeout_s,
        resolver=resolver(settings),
        dashboard_port=settings.dashboard.port,
        upstreams=upstreams,
        servers=servers,
    )


def _own_address(host: str) -> str:
    """Lets this machine ask the edge for its figures at the address that it listens on, from which it then comes."""
    try:
        return f"allow {ipaddress.ip_address(host)};"
    except ValueError:
        return ""


def _modules() -> Path:
    found = next((path for path in MODULES if (path / "ngx_http_lua_module.so").exists()), None)
    if not found:
        raise SettingsError("nginx's Lua module is not installed; install libnginx-mod-http-lua.")
    return found


def _log(settings: Settings, name: str) -> Path:
    return settings.var / "log" / f"{name}.requests.jsonl"


def _limits(settings: Settings) -> dict[str, str | int | Path]:
    return {
        "body_limit_events": settings.collector.body_limit_events,
        "body_limit_recording": settings.collector.body_limit_recording,
    }


def _proxies(settings: Settings) -> str:
    """nginx's lines for those whose X-Forwarded-For is believed: private networks and what the settings name."""
    named = [part.strip() for part in settings.edge.proxies.split(",") if part.strip()]
    try:
        networks = [ipaddress.ip_network(text, strict=False) for text in (*PRIVATE, *named)]
    except ValueError as error:
        raise SettingsError(f"edge.proxies is {settings.edge.proxies!r}: {error}.") from error
    return "\n".join(f"    set_real_ip_from {network};" for network in networks)


def _monolith(settings: Settings, number: int) -> str:
    return f"""    upstream monolith {{
        server "unix:{settings.monolith_socket(number)}" max_fails=0;
        keepalive 8;
        keepalive_timeout 1s;
    }}
"""
