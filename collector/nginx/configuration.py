"""Puts the templates beside this file together: what differs between the edge, a node, and an edge that is the node."""

from __future__ import annotations

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
    """The edge's configuration; with one node it holds the door itself."""
    alone = settings.collector.nodes == 1
    public = urlsplit(settings.public_url)
    if public.scheme not in ("http", "https") or not public.netloc or any(c in settings.public_url for c in '"\\$; '):
        raise SettingsError(f"edge.public_url is {settings.public_url!r}; it must be like https://heat.example.com.")
    log = _log(settings, "edge")
    limits = _limits(settings)
    server = _fill(
        "edge_server",
        edge_address=f"{settings.edge.host}:{settings.edge.port}",
        health=_fill("health"),
        door=_fill("door" if alone else "balance", log=log, **limits),
        snippet=SNIPPET,
        scheme=public.scheme,
    )
    shop = _fill(
        "shop_server",
        shop_address=f"{settings.edge.host}:{settings.shop.port}",
        shop=SHOP,
        public_url=settings.public_url,
    )
    monoliths = _monolith(settings, *range(1, settings.collector.nodes + 1))
    upstreams = monoliths if alone else monoliths + _nodes(settings)
    return _main(settings, directory, "edge", upstreams, server + shop, behind_edge=False)


def node(settings: Settings, directory: Path, number: int) -> str:
    """The configuration of node `number` (from 1) behind the edge."""
    server = _fill(
        "node_server",
        port=settings.collector.port + number - 1,
        health=_fill("health"),
        door=_fill("door", log=_log(settings, f"node-{number}"), **_limits(settings)),
    )
    upstreams = _monolith(settings, number)
    return _main(settings, directory, f"node-{number}", upstreams, server, behind_edge=True)


def _main(settings: Settings, directory: Path, name: str, upstreams: str, servers: str, *, behind_edge: bool) -> str:
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
        lua_settings=lua_settings(settings, behind_edge),
        resolver=resolver(settings),
        dashboard_port=settings.dashboard.port,
        upstreams=upstreams,
        servers=servers,
    )


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


def _monolith(settings: Settings, *numbers: int) -> str:
    servers = "\n".join(f'        server "unix:{settings.monolith_socket(number)}" max_fails=0;' for number in numbers)
    return f"""    upstream monolith {{
{servers}
        keepalive 8;
        keepalive_timeout 1s;
    }}
"""


def _nodes(settings: Settings) -> str:
    ports = range(settings.collector.port, settings.collector.port + settings.collector.nodes)
    servers = "\n".join(f"        server 127.0.0.1:{port} max_fails=3 fail_timeout=2s;" for port in ports)
    return f"""    upstream nodes {{
{servers}
        keepalive 256;
        keepalive_timeout 20s;
    }}
"""
