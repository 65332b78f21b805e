"""The full stack's Elasticsearch: a real server from the jars of Maven Central, since its archive is no package.

For one machine and for tests; whoever runs a cluster names it with `HEATWAKE_ELASTICSEARCH_URL`. The jars and a small
main of our own lie in the user's cache, data and configuration below `var/`.
"""

from __future__ import annotations

import ctypes.util
import hashlib
import shutil
from pathlib import Path

from heatwake.settings import ROOT, Settings
from ops import java, tool_cache
from ops.console import StartError
from ops.render import render

SOURCES = ROOT / "ops" / "elasticsearch"
VERSION = "9.0.4"
HEAP = "512m"
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
    digest = hashlib.sha256()
    for source in sorted(SOURCES.iterdir()):
        digest.update(source.read_bytes())
    return tool_cache.made(f"elasticsearch-{VERSION}-{digest.hexdigest()[:12]}", _install)


def prepare(settings: Settings) -> list[str]:
    """Make the server's home and configuration; gives its command. Raises StartError with what to do."""
    home, jdk = installed(), java.home()
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
        str(jdk / "bin" / "java"),
        f"-Xms{HEAP}",
        f"-Xmx{HEAP}",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        f"-Des.path.home={home}",
        f"-Des.path.conf={configuration}",
        f"-Des.nativelibs.path={home}/lib/platform/linux-x64",
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
    jdk = java.home()
    modules = home / "modules"
    for name in ("lib/platform/linux-x64", "modules/transport-netty4", "modules/rootinfo", "plugins", "main"):
        (home / name).mkdir(parents=True)
    tool_cache.run(
        [
            *("mvn", "-q", "-B", "-f", str(SOURCES / "pom.xml"), "dependency:copy-dependencies"),
            *(f"-Delasticsearch.version={VERSION}", f"-DoutputDirectory={home / 'lib'}", "-DincludeScope=runtime"),
        ],
        "Fetching Elasticsearch",
        ADVICE,
        home,
    )
    for pattern in NETWORK:
        for jar in (home / "lib").glob(pattern):
            jar.rename(modules / "transport-netty4" / jar.name)
    _describe(
        modules,
        "transport-netty4",
        "org.elasticsearch.transport.netty4.Netty4Plugin",
        "modulename=org.elasticsearch.transport.netty4\n",
    )
    _describe(modules, "rootinfo", "rootinfo.RootInfoPlugin")
    _native_zstd(home / "lib" / "platform" / "linux-x64" / "libzstd.so")
    classes = home / "rootinfo-classes"
    compiler = [str(jdk / "bin" / "javac"), "-proc:none", "--release", str(java.OLDEST), "-cp", f"{home / 'lib'}/*"]
    tool_cache.run([*compiler, "-d", str(home / "main"), str(SOURCES / "Server.java")], "Compiling", ADVICE, home)
    tool_cache.run([*compiler, "-d", str(classes), str(SOURCES / "RootInfoPlugin.java")], "Compiling", ADVICE, home)
    pack = [str(jdk / "bin" / "jar"), "cf", str(modules / "rootinfo" / "rootinfo.jar"), "-C", str(classes), "."]
    tool_cache.run(pack, "Packing the root handler", ADVICE, home)


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
