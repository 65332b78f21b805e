"""The worker's quick reader of records (`collector/scan/`, Rust), built with rustc alone: it has no dependencies.

Nothing is done when the sources and options are those of the last build. The library is put in place by a rename:
a worker that runs goes on with the one that it has loaded.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from collector.worker.scan_library import LIBRARY, SOURCES, STAMP, checksum
from ops.console import StartError, step

OPTIONS = ["--edition=2021", "--crate-type=cdylib", "-Copt-level=3", "-Ccodegen-units=1", "-Cstrip=symbols"]


def _compiler() -> str:
    found = shutil.which("rustc")
    if found is None:
        raise StartError("rustc is not installed. Run bin/up as root, or install Rust 1.63 or newer.")
    return found


def _stamp() -> str:
    return f"{checksum()}\n{' '.join(OPTIONS)}\n"


def is_built() -> bool:
    """Whether the library is there and was made from the sources that are there now."""
    return LIBRARY.exists() and STAMP.exists() and STAMP.read_text() == _stamp()


def build(log_directory: Path) -> None:
    """Build it if something has changed. Raises StartError."""
    if is_built():
        return
    log = log_directory / "scan-build.log"
    with step("Building collector/scan/"):
        LIBRARY.parent.mkdir(exist_ok=True)
        stamp, made = _stamp(), LIBRARY.with_suffix(".new")
        with log.open("ab") as output:
            command = [_compiler(), *OPTIONS, f"-o{made}", str(SOURCES / "lib.rs")]
            done = subprocess.run(command, stdout=output, stderr=output, check=False)
        if done.returncode:
            tail = "\n".join(f"    {line}" for line in log.read_text(errors="replace").splitlines()[-15:])
            raise StartError(f"The build of collector/scan/ failed:\n{tail}\n  The whole output is in {log}.")
        STAMP.unlink(missing_ok=True)  # a stamp never stands beside a library that it is not of
        made.replace(LIBRARY)
        STAMP.write_text(stamp)
