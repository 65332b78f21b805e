"""The baselines: the same nginx, one worker, that reads a request's body and answers 204; one port only answers."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.report import BenchError
from collector.nginx import TEMPORARY
from collector.nginx.configuration import MODULES
from collector.nginx.worker_user import worker_user

CONFIGURATION = """{user}
daemon off;
worker_processes 1;
error_log stderr crit;
pid {directory}/pid;
load_module {modules}/ndk_http_module.so;
load_module {modules}/ngx_http_lua_module.so;
events {{ worker_connections 8192; multi_accept on; }}
http {{
    access_log off;
    keepalive_requests 100000;
    client_header_buffer_size 4k;
{temporary}
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location / {{
            client_max_body_size 4m;
            client_body_buffer_size 256k;
            client_body_in_single_buffer on;
            content_by_lua_block {{
                ngx.req.read_body()
                return ngx.exit(204)
            }}
        }}
    }}
    server {{
        listen 127.0.0.1:{return_port} backlog=4096;
        return 204;
    }}
}}
"""


@dataclass(frozen=True)
class ReadingNginx:
    """It runs. `return_port`: where it answers by `return 204`, without Lua; a body is read only to be thrown away."""

    port: int
    return_port: int
    pid: int


@contextmanager
def reading_nginx() -> Iterator[ReadingNginx]:
    """Start it, stop it. Raises BenchError if it does not come up."""
    with socket.socket() as one, socket.socket() as other:
        for probe in (one, other):
            probe.bind(("127.0.0.1", 0))
        port, return_port = (probe.getsockname()[1] for probe in (one, other))
    modules = next(path for path in MODULES if (path / "ngx_http_lua_module.so").exists())
    with tempfile.TemporaryDirectory(prefix="heatwake-bench-") as name:
        directory = Path(name)
        directory.chmod(0o755)
        user = worker_user([directory]) if os.geteuid() == 0 else None
        parts = {"body": "client_body"}
        temporary = "\n".join(f"    {parts.get(part, part)}_temp_path {directory}/{part};" for part in TEMPORARY)
        (directory / "nginx.conf").write_text(
            CONFIGURATION.format(
                user=f"user {user};" if user else "",
                directory=directory,
                modules=modules,
                temporary=temporary,
                port=port,
                return_port=return_port,
            )
        )
        server = subprocess.Popen(["nginx", "-p", str(directory), "-c", "nginx.conf"])
        try:
            _wait(server, port)
            yield ReadingNginx(port, return_port, server.pid)
        finally:
            server.terminate()
            server.wait(15)


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise BenchError("the baseline's nginx did not start")
