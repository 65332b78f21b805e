"""Everything that a stack keeps, opened, place by place: to prove that something is not there."""

from __future__ import annotations

import re
import socket
import zlib
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import unquote_to_bytes

import psycopg
import zstandard
from psycopg import sql
from running_stack import Stack

from ops.postgres_server import superuser_dsn

GZIP = re.compile(rb"\x1f\x8b\x08")
ZSTD = re.compile(rb"\x28\xb5\x2f\xfd")
LARGEST = 256 * 2**20


def opened(data: bytes) -> Iterator[bytes]:
    """The bytes, and whatever is compressed in them by gzip or zstd."""
    yield data
    for found in GZIP.finditer(data):
        try:
            yield zlib.decompressobj(31).decompress(data[found.start() :], LARGEST)
        except zlib.error:
            continue
    for found in ZSTD.finditer(data):
        try:
            yield zstandard.ZstdDecompressor().decompressobj().decompress(data[found.start() :])
        except zstandard.ZstdError:
            continue


def places(stack: Stack) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of tables, blobs, Redis' log and snapshot, what memcached holds, the spool and the logs."""
    yield from _tables(stack)
    yield from _cache(stack)
    for folder in ("blobs", "data/redis", "spool", "log"):
        for path in sorted((stack.settings.var / folder).rglob("*")):
            if path.is_file():
                yield str(path.relative_to(stack.settings.var)), path.read_bytes()


def holding(stack: Stack, secrets: list[bytes]) -> dict[bytes, str]:
    """Which of these lower-case texts are kept, and where one of them is."""
    wanted = re.compile(b"|".join(re.escape(one) for one in secrets))
    return {
        found[0]: name
        for name, data in places(stack)
        for plain in opened(data)
        for found in wanted.finditer(plain.lower())
    }


def _tables(stack: Stack) -> Iterator[tuple[str, bytes]]:
    with psycopg.connect(superuser_dsn(stack.settings).replace("dbname=postgres", "dbname=heatwake")) as connection:
        tables = connection.execute(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind = 'r' AND n.nspname = 'public'"
        ).fetchall()
        for (table,) in tables:
            name = sql.Identifier(table)
            with connection.cursor() as cursor:
                query = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT (FORMAT binary)").format(name)
                with cursor.copy(query) as copy:
                    yield f"table {table}", b"".join(bytes(part) for part in copy)


def _cache(stack: Stack) -> Iterator[tuple[str, bytes]]:
    for host, port in stack.settings.memcached_nodes:
        with (
            closing(socket.create_connection((host, port), timeout=10)) as connection,
            connection.makefile("rwb") as talk,
        ):
            talk.write(b"lru_crawler metadump all\r\n")
            talk.flush()
            keys = []
            while (line := talk.readline().strip()) not in (b"END", b""):
                keys.append(unquote_to_bytes(line.split(b" ")[0].removeprefix(b"key=")))
            for key in keys:
                talk.write(b"get " + key + b"\r\n")
                talk.flush()
                head = talk.readline().split()
                if head[:1] == [b"VALUE"]:
                    yield f"memcached {key.decode()}", talk.read(int(head[3]))
                    talk.readline()
                    talk.readline()
