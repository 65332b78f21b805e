"""The Java that Elasticsearch runs on: a JDK of version 21 or later, wherever the machine has it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from ops.console import StartError

OLDEST = 21
FOLDERS = (Path("/usr/lib/jvm"), Path("/opt"), Path("/usr/java"))


def version(home: Path) -> int:
    """The feature version of the JDK at `home`; 0 where there is none."""
    if not os.access(home / "bin" / "javac", os.X_OK):
        return 0
    release = home / "release"
    if release.exists() and (told := re.search(r'^JAVA_VERSION="(\d+)', release.read_text(), re.MULTILINE)):
        return int(told[1])
    javac = subprocess.run([home / "bin" / "javac", "-version"], capture_output=True, text=True, check=False)
    told = re.search(r"javac (\d+)", javac.stdout)
    return int(told[1]) if told else 0


def _places() -> list[Path]:
    """Where a JDK may be: JAVA_HOME, PATH, the system's folders."""
    places = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    if javac := shutil.which("javac"):
        places.append(Path(javac).resolve().parent.parent)
    for folder in FOLDERS:
        if folder.is_dir():
            places += sorted(path for path in folder.iterdir() if path.is_dir())
    return places


def home() -> Path:
    """A JDK of at least OLDEST. Raises StartError with what to do if there is none."""
    for place in _places():
        if version(place) >= OLDEST:
            return place
    raise StartError(
        f"Elasticsearch needs a JDK of version {OLDEST} or later; none is in JAVA_HOME, PATH or /usr/lib/jvm. "
        "Debian 13 and Ubuntu 24.04 have it (apt-get install openjdk-21-jdk-headless); elsewhere unpack one, "
        "Temurin for example, below /usr/lib/jvm. Or set HEATWAKE_ELASTICSEARCH_URL to a server of your own."
    )
