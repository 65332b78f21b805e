"""Bytes to the edge and its answers read strictly: what a client can see of a server that is being tried.

Sound requests go out pipelined over connections that are kept; whatever leaves open where a request ends has a
connection of its own, which is closed for writing so that the server need not wait for the rest.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

PIPELINED = 8  # requests that are sent before the first answer is read
CONNECTIONS = 12
PATIENCE_S = 60


@dataclass(frozen=True)
class Case:
    """One thing to send. `sound`: the bytes are one whole HTTP request, so that exactly one answer comes."""

    name: str  # its kind, seed and number: enough to make it again
    raw: bytes
    sound: bool = True
    counts: bool = True  # a 204 to it says that it was taken (not so for a preflight)


@dataclass(frozen=True)
class Reply:
    """An answer as it stood on the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """The refusal's code; empty for an answer that has none."""
        if self.headers.get("content-type") != "application/json":
            return ""
        return str(json.loads(self.body)["error"]["code"])


class NotHttp(AssertionError):
    """What came back is no row of HTTP answers."""


@dataclass
class Answered:
    """A case with all that came back for it."""

    case: Case
    replies: list[Reply] = field(default_factory=list)


async def _reply(reader: asyncio.StreamReader) -> Reply | None:
    """The next answer; None at the end of the connection. 100 Continue is passed over."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as end:
        if end.partial.startswith(b"<html>"):
            # To a line that names no version nginx answers as of old: the page alone.
            return Reply(int(end.partial.split(b"<title>")[1][:3]), {}, end.partial)
        if end.partial:
            raise NotHttp(repr(end.partial[:300])) from end
        return None
    first, *lines = head[:-4].decode("latin-1").split("\r\n")
    version, _, rest = first.partition(" ")
    if version not in ("HTTP/1.1", "HTTP/1.0") or not rest[:3].isdigit():
        raise NotHttp(first[:300])
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(": ")
        if not colon:
            raise NotHttp(line)
        headers[name.lower()] = value
    status = int(rest[:3])
    if status == 100:
        return await _reply(reader)
    return Reply(status, headers, await _body(reader, status, headers))


async def _body(reader: asyncio.StreamReader, status: int, headers: dict[str, str]) -> bytes:
    if status in (204, 304):
        return b""
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    if headers.get("transfer-encoding") != "chunked":
        return await reader.read()
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readexactly(2)
    return body


class Wire:
    """Sends cases to an address, many at once."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port

    def send(self, cases: Iterable[Case], between: Callable[[], None] = lambda: None) -> list[Answered]:
        """All cases with their answers. `between` is called now and then, in a thread of its own."""
        # A browser of other tests may have left its event loop in this thread.
        with ThreadPoolExecutor(1) as apart:
            return apart.submit(asyncio.run, self._send(list(cases), between)).result()

    async def _send(self, cases: Sequence[Case], between: Callable[[], None]) -> list[Answered]:
        answered: list[Answered] = []
        queue = iter([*self._rows(cases)])
        done = asyncio.Event()

        async def work() -> None:
            for row in queue:
                answered.extend(await asyncio.wait_for(self._row(row), PATIENCE_S))

        async def watch() -> None:
            while not done.is_set():
                await asyncio.to_thread(between)
                await asyncio.sleep(0.1)

        watching = asyncio.create_task(watch())
        try:
            await asyncio.gather(*[work() for _ in range(CONNECTIONS)])
        finally:
            done.set()
            await watching
        return answered

    @staticmethod
    def _rows(cases: Sequence[Case]) -> Iterable[list[Case]]:
        """Sound cases in rows for one connection each, the others alone; in their order but for that."""
        row: list[Case] = []
        for case in cases:
            if not case.sound:
                yield [case]
                continue
            row.append(case)
            if len(row) == 10 * PIPELINED:
                yield row
                row = []
        if row:
            yield row

    async def _row(self, row: list[Case]) -> list[Answered]:
        return await (self._pipelined(row) if row[0].sound else self._alone(row[0]))

    async def _pipelined(self, row: list[Case]) -> list[Answered]:
        """Each case's one answer; where the server ends the connection after an answer, on a new one from there."""
        answered: list[Answered] = []
        while len(answered) < len(row):
            before = len(answered)
            reader, writer = await asyncio.open_connection(self._host, self._port, limit=1 << 20)
            try:
                while len(answered) < len(row):
                    group = row[len(answered) : len(answered) + PIPELINED]
                    writer.write(b"".join(case.raw for case in group))
                    for case in group:
                        reply = await _reply(reader)
                        if reply is None:
                            raise ConnectionResetError
                        answered.append(Answered(case, [reply]))
                        if reply.headers.get("connection") == "close":
                            raise ConnectionResetError
            except (ConnectionError, asyncio.IncompleteReadError):
                assert len(answered) > before, f"no answer to {row[before].name}: {row[before].raw[:300]!r}"
            finally:
                writer.close()
        return answered

    async def _alone(self, case: Case) -> list[Answered]:
        """All answers until the server ends the connection."""
        answered = Answered(case)
        reader, writer = await asyncio.open_connection(self._host, self._port, limit=1 << 20)
        try:
            writer.write(case.raw)
            writer.write_eof()
            while reply := await _reply(reader):
                answered.replies.append(reply)
        except ConnectionError:
            pass  # the server may close on bytes that it will not read
        except NotHttp as error:
            raise NotHttp(f"{case.name}: {error}") from error
        finally:
            writer.close()
        return [answered]
