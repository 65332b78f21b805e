"""The full stack's S3 server: versitygw over a directory, built with Go from its module.

For one machine and for tests; whoever has an S3 store names it with `HEATWAKE_BLOBS_ENDPOINT`.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from heatwake.settings import Settings
from ops import golang, tool_cache

MODULE = "github.com/versity/versitygw/cmd/versitygw"
VERSION = "v1.8.0"
ADVICE = "It needs the network, and Go or the package index; or set HEATWAKE_BLOBS_ENDPOINT to a server of your own."


def _install(directory: Path) -> None:
    golang.install(MODULE, VERSION, directory, ADVICE)


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
