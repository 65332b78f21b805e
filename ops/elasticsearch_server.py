"""The full stack's Elasticsearch: a real server from the jars of Maven Central, since its archive is no package.

For one machine and for tests; whoever runs a cluster names it with `HEATWAKE_ELASTICSEARCH_URL`. The jars and a small
main of our own lie in the user's cache, data and configuration below `var/`.
"""

from __future__ import annotations

import ctypes.util
import hashlib
import os
import platform
import shutil
import tempfile
import zipfile
from pathlib import Path

from heatwake.settings import ROOT, Settings
from ops import java, tool_cache
from ops.console import StartError
from ops.render import render

SOURCES = ROOT / "ops" / "elasticsearch"
VERSION = "9.0.4"
HEAP = "512m"
COMPILER = "org.eclipse.jdt:ecj:3.41.0"
NATIVE = "lib/platform/linux-" + {"x86_64": "x64"}.get(platform.machine(), platform.machine())
# What belongs to the network layer must lie in a module of its own, not beside the server's jars.
NETWORK = ("netty-*.jar", "transport-netty4-*.jar", "elasticsearch-ssl-config-*.jar")
ADVICE = "It needs the network and Maven Central; or set HEATWAKE_ELASTICSEARCH_URL to a server of your own."

DESCRIPTOR = """name={name}
description={name}
version={version}
elasticsearch.version={version}
java.version=17
classname={main}
{more}extended.plugins=
has.native.controller=false
"""


def installed() -> Path:
    """The server's home in the cache, made if it is missing or its sources have changed. Raises StartError."""
    java.program()  # the cache makes one thing at a time, and making the server needs Java
    digest = hashlib.sha256(VERSION.encode())
    for name in ("pom.xml", "Server.java", "RootInfoPlugin.java"):
        digest.update((SOURCES / name).read_bytes())
    return tool_cache.made(f"elasticsearch-{VERSION}-{digest.hexdigest()[:12]}", _install)


def prepare(settings: Settings) -> list[str]:
    """Make the server's home and configuration; gives its command. Raises StartError with what to do."""
    java_program, home = java.program(), installed()
    configuration = settings.var / "run" / "elasticsearch"
    data, logs = settings.var / "data" / "elasticsearch", settings.var / "log" / "elasticsearch"
    for directory in (configuration, data, logs):
        directory.mkdir(parents=True, exist_ok=True)
    render(
        "elasticsearch.yml",
        configuration / "elasticsearch.yml",
        port=settings.elasticsearch.port,
        transport_port=settings.elasticsearch.transport_port,
        data=f'"{data}"',
        logs=f'"{logs}"',
    )
    shutil.copy(SOURCES / "log4j2.properties", configuration / "log4j2.properties")
    return [
        str(java_program),
        f"-Xms{HEAP}",
        f"-Xmx{HEAP}",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",  # starts with half the work; a cluster for more than this machine is the user's own
        "-XX:+ExitOnOutOfMemoryError",
        f"-Des.path.home={home}",
        f"-Des.path.conf={configuration}",
        f"-Des.nativelibs.path={home / NATIVE}",
        "-Dorg.elasticsearch.nativeaccess.enableVectorLibrary=false",
        "-Dlog4j2.disable.jmx=true",
        "-Dlog4j.shutdownHookEnabled=false",
        "-Dio.netty.noUnsafe=true",
        "-Djava.locale.providers=CLDR",
        "--enable-native-access=org.elasticsearch.nativeaccess,org.apache.lucene.core",
        "--module-path",
        str(home / "lib"),
        "--add-modules=jdk.net,ALL-MODULE-PATH",
        "-cp",
        str(home / "main"),
        "Server",
    ]


def _install(home: Path) -> None:
    """Jars from Maven Central, two classes of our own, and the folders that a node wants to find."""
    modules = home / "modules"
    for folder in (home / NATIVE, modules / "transport-netty4", modules / "rootinfo", home / "plugins", home / "main"):
        folder.mkdir(parents=True)
    maven = ["mvn", "-q", "-B", "-f", str(SOURCES / "pom.xml"), f"-Delasticsearch.version={VERSION}"]
    jars = ["-DincludeScope=runtime", f"-DoutputDirectory={home / 'lib'}"]
    tool_cache.run([*maven, "dependency:copy-dependencies", *jars], "Fetching Elasticsearch", ADVICE, home)
    with tempfile.TemporaryDirectory() as beside:
        compiler = [f"-Dartifact={COMPILER}", "-Dmdep.stripVersion=true", f"-DoutputDirectory={beside}"]
        tool_cache.run([*maven, "dependency:copy", *compiler], "Fetching a Java compiler", ADVICE, home)
        _compile(Path(beside) / "ecj.jar", home, SOURCES / "Server.java", home / "main")
        _compile(Path(beside) / "ecj.jar", home, SOURCES / "RootInfoPlugin.java", Path(beside) / "classes")
        _pack(Path(beside) / "classes", modules / "rootinfo" / "rootinfo.jar")
    for pattern in NETWORK:
        for jar in (home / "lib").glob(pattern):
            jar.rename(modules / "transport-netty4" / jar.name)
    netty = "org.elasticsearch.transport.netty4"
    _describe(modules, "transport-netty4", f"{netty}.Netty4Plugin", f"modulename={netty}\n")
    _describe(modules, "rootinfo", "rootinfo.RootInfoPlugin")
    _native_zstd(home / NATIVE / "libzstd.so")


def _compile(compiler: Path, home: Path, source: Path, target: Path) -> None:
    """Compile with Eclipse's compiler, which needs no JDK: a Java runtime is enough for all of this."""
    options = ["-nowarn", "-proc:none", "-source", str(java.OLDEST), "-target", str(java.OLDEST)]
    path = os.pathsep.join(str(jar) for jar in sorted((home / "lib").glob("*.jar")))
    command = [str(java.program()), "-jar", str(compiler), *options, "-cp", path, "-d", str(target), str(source)]
    tool_cache.run(command, f"Compiling {source.name}", ADVICE, home)


def _pack(classes: Path, jar: Path) -> None:
    """A jar of what lies below `classes`."""
    with zipfile.ZipFile(jar, "w") as packed:
        for path in sorted(classes.rglob("*.class")):
            packed.write(path, path.relative_to(classes))


def _describe(modules: Path, name: str, main: str, more: str = "") -> None:
    text = DESCRIPTOR.format(name=name, version=VERSION, main=main, more=more)
    (modules / name / "plugin-descriptor.properties").write_text(text)


def _native_zstd(target: Path) -> None:
    """Debian's libzstd, which an index with best_compression hangs without. Raises StartError if it is missing."""
    name = ctypes.util.find_library("zstd")
    folders = [Path("/usr/lib/x86_64-linux-gnu"), Path("/usr/lib/aarch64-linux-gnu"), Path("/usr/lib64"), Path("/lib")]
    for folder in folders:
        if name and (folder / name).exists():
            shutil.copy((folder / name).resolve(), target)
            return
    raise StartError("Elasticsearch needs libzstd: apt-get install libzstd1, or run bin/up as root.")
