"""One asset: fetched, known for what it is, put into the blob store. Of a stylesheet also what it names."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import Final

from collector.assets import request, stylesheets
from collector.assets.kinds import kind_of
from collector.assets.public import NotPublic
from storage.assets import Found, Missing, blob_key
from storage.blobs import BlobStore

DEEPEST: Final = 3  # stylesheets that import stylesheets
WHOLE_S: Final = 60.0  # for a stylesheet with all that it names


class NotKept(ValueError):
    """There is nothing to keep; `reason` as storage.assets has it, `again`: trying once more may help."""

    def __init__(self, reason: Missing, why: str, again: bool = False) -> None:
        super().__init__(why)
        self.reason: Missing = reason
        self.again = again


class Keeper:
    """Keeps the assets of one project. `room`: bytes that it may still take."""

    def __init__(self, blobs: BlobStore, project_id: int, gate: request.Gate, room: int) -> None:
        self._blobs = blobs
        self._project_id = project_id
        self._gate = gate
        self._room = room

    def keep(self, url: str, etag: str = "", modified: str = "") -> Found | None:
        """What lies at an address, in the blob store now; None: what lay there before. Raises NotKept, OSError."""
        return self._keep(url, etag, modified, 0, time.monotonic() + WHOLE_S)

    def _keep(self, url: str, etag: str, modified: str, depth: int, ends: float) -> Found | None:
        if self._room <= 0:
            raise NotKept("over_quota", "the project's room for assets is used up")
        gate = self._gate._replace(within_s=min(self._gate.within_s, ends - time.monotonic()))
        answer = _asked(lambda: request.get(url, gate, etag, modified))
        data = answer.data
        if data is None:
            return None
        kind = kind_of(data, answer.content_type)
        if kind is None:
            raise NotKept("wrong_type", f"neither picture, font nor stylesheet: {answer.content_type[:100]}")
        uses: list[str] = []
        lacks: list[str] = []
        if kind == "css":

            def stored(inner: str) -> str | None:
                try:
                    if depth >= DEEPEST or time.monotonic() > ends:
                        raise NotKept("unreachable", "too deep, or too late")
                    found = self._keep(inner, "", "", depth + 1, ends)
                except NotKept as error:
                    lacks.append(f"{error.reason} {inner[:2_000]}")
                    return None
                assert found is not None  # nothing was said of what lay there before
                uses.extend([found.content, *found.uses])
                lacks.extend(found.lacks)
                return found.content

            data = stylesheets.rewritten(data.decode("utf-8", "replace"), answer.url, stored).encode()
        content = f"{hashlib.sha256(data).hexdigest()}.{kind}"
        self._blobs.put(blob_key(self._project_id, content), data)
        self._room -= len(data)
        return Found(content, len(data), sorted(set(uses)), sorted(set(lacks)), answer.etag, answer.modified)


def _asked(ask: Callable[[], request.Answer]) -> request.Answer:
    try:
        return ask()
    except NotPublic as error:
        raise NotKept("blocked_address", str(error)) from error
    except request.TooLarge as error:
        raise NotKept("too_large", str(error)) from error
    except request.WrongType as error:
        raise NotKept("wrong_type", str(error)) from error
    except request.Unreachable as error:
        raise NotKept("unreachable", str(error), again=True) from error
