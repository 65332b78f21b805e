"""The full stack's S3 server: versitygw over a directory, built with Go from its module.

For one machine and for tests; whoever has an S3 store names it with `HEATWAKE_BLOBS_ENDPOINT`.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
from pathlib import Path

from heatwake.settings import Settings
from ops import tool_cache
from ops.console import StartError

MODULE = "github.com/versity/versitygw/cmd/versitygw"
VERSION = "v1.8.0"
OLDEST_GO = (1, 21)  # the first that fetches the toolchain a module asks for
ADVICE = "It needs the network and the Go module proxy; or set HEATWAKE_BLOBS_ENDPOINT to a server of your own."


def _go_path() -> str:
    """PATH with the folder into which Go's own archive is unpacked."""
    return f"{os.environ.get('PATH', os.defpath)}:/usr/local/go/bin:/usr/lib/go/bin"


def _check_go() -> None:
    """Raise StartError if there is no Go that can build the server."""
    go = shutil.which("go", path=_go_path())
    told = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=False).stdout if go else ""
    found = re.match(r"go(\d+)\.(\d+)", told)
    if found is None or (int(found[1]), int(found[2])) < OLDEST_GO:
        have = f"there is {told.strip()}" if found else "Go is not installed"
        raise StartError(
            f"The S3 server is built with Go {OLDEST_GO[0]}.{OLDEST_GO[1]} or later; {have}. Install golang-go "
            "(Debian 13, Ubuntu 24.04) or unpack Go to /usr/local/go. Or set HEATWAKE_BLOBS_ENDPOINT to a server of "
            "your own."
        )


def _install(directory: Path) -> None:
    _check_go()
    with_go = {**os.environ, "PATH": _go_path(), "GOBIN": str(directory), "GOTOOLCHAIN": "auto", "GOFLAGS": ""}
    tool_cache.run(["go", "install", f"{MODULE}@{VERSION}"], "Building the S3 server", ADVICE, directory, with_go)


def prepare(settings: Settings) -> list[str]:
    """Build the server if it is missing; gives its command. Raises StartError with what to do."""
    program = tool_cache.made(f"versitygw-{VERSION}", _install) / "versitygw"
    data = settings.var / "data" / "s3"
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [str(program), "--port", f"127.0.0.1:{settings.blobs.port}", "--quiet", "--keep-alive", "posix"]
    if not _keeps_attributes(data):
        beside = settings.var / "data" / "s3-attributes"
        beside.mkdir(exist_ok=True, mode=0o700)
        command += ["--sidecar", str(beside)]
    # The keys go through `env`, which takes itself away: they are not part of the server's own command line.
    keys = [f"ROOT_ACCESS_KEY={settings.blobs.access_key_id}", f"ROOT_SECRET_KEY={settings.blobs.secret_access_key}"]
    return ["env", *keys, f"VGW_REGION={settings.blobs.region}", *command, str(data)]


def _keeps_attributes(directory: Path) -> bool:
    """Whether files here can carry extended attributes, in which the server notes type and checksum."""
    try:
        os.setxattr(directory, "user.heatwake", b"1")
        os.removexattr(directory, "user.heatwake")
    except OSError as error:
        if error.errno in (errno.ENOTSUP, errno.EPERM, errno.ENOSYS):
            return False
        raise
    return True
