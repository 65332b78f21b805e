"""Packs the recordings of closed sessions, beside the worker's batches: in a thread of its own, at the lowest priority.

One worker at a time packs. A recording is read whole, its pack and what it shares are put, and then one transaction
puts the pack in the place of the chunks; what is cut off before leaves blobs that the next attempt writes again, and
what is cut off after it leaves chunks that nothing names, which go with the session's folder.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import threading
import time
from typing import Final

import psycopg

from collector.worker import metrics
from collector.worker.silences import IDLE_MS
from heatwake.logs import event
from storage import recording_pack as format
from storage import recording_packs, recording_parts, recording_strings, recordings
from storage.blobs import BlobCorrupt, BlobMissing, BlobStore
from storage.postgres import Database
from storage.recording_pack import BadPack, LooseChunk, PackedChunk
from storage.recording_packs import Changed, Due, Sizes
from storage.recording_parts import Stored

log = logging.getLogger(__name__)

AT_ONCE: Final = 32
EVERY_S: Final = 5.0
SWEEP_EVERY_S: Final = 3_600.0
UNUSED_FOR: Final = dt.timedelta(days=3)  # longer than any tracker goes on with what it was told
NICE: Final = 15
SAMPLE: Final = 8  # recordings that a dictionary is made of
LEAST_SAMPLE: Final = 4
NEW_AFTER: Final = 8  # times as many recordings as it was made of use it, and the next is made; of that 8 times more …
MOST_GROWTH: Final = 3  # … and so on, up to 4,096: sites change
SMALLEST_DICTIONARY: Final = 4_096
LARGEST_RECORDING: Final = 256 * 1024 * 1024  # bytes of JSON; what is larger stays in its chunks


class Packing:
    """`once` does what there is to do; `start` has a thread do it until `stop`."""

    def __init__(self, database: Database, blobs: BlobStore, idle_ms: int = IDLE_MS) -> None:
        self._database = database
        self._blobs = blobs
        self._idle_ms = idle_ms
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="packing", daemon=True)
        self._swept_at = time.monotonic()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish the recording that is under way and end."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def once(self) -> int:
        """Pack what is due; how many recordings that were."""
        packed = 0
        with self._database.transaction() as guard, recording_strings.sole(guard) as sole:
            if not sole:
                return 0
            with self._database.transaction() as connection:
                waiting = recording_packs.due(connection, self._idle_ms, AT_ONCE)
            for project_id in dict.fromkeys(one.project_id for one in waiting):
                of_project = [one for one in waiting if one.project_id == project_id]
                dictionary = self._dictionary(project_id, of_project)
                for one in of_project:
                    if self._stopping.is_set():
                        return packed
                    packed += self._pack(one, dictionary)
        return packed

    def _run(self) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        while not self._stopping.wait(EVERY_S):
            try:
                while self.once() == AT_ONCE and not self._stopping.is_set():
                    pass
                if time.monotonic() - self._swept_at > SWEEP_EVERY_S:
                    self._swept_at = time.monotonic()
                    recording_strings.sweep(self._database, self._blobs, UNUSED_FOR)
            except (OSError, psycopg.Error) as error:
                event(log, logging.WARNING, "packing_waits", error=" ".join(str(error).split()))

    def _pack(self, one: Due, dictionary: bytes | None) -> bool:
        """Pack a recording; False if it is left as it is."""
        told = {"project": one.project_id, "session": one.session_id.hex}
        try:
            found, loose = self._read(one)
            made = format.pack(loose, dictionary, [_described(chunk) for chunk in found.chunks])
        except (BlobMissing, BlobCorrupt, BadPack) as error:
            event(log, logging.ERROR, "recording_unreadable", **told, error=str(error))
            recording_packs.put_off(self._database, one)
            return False
        key = format.key(one.project_id, str(one.day), one.session_id.hex, one.pack + 1)
        used = {made.contents.dictionary: dictionary} if dictionary and made.contents.dictionary else {}
        sizes = Sizes(
            recording_strings.put(self._database, self._blobs, one.project_id, "strings", made.strings),
            recording_strings.put(self._database, self._blobs, one.project_id, "dictionaries", used),
        )
        with self._database.transaction() as connection:
            kept = recording_strings.kept(connection, one.project_id, made.contents.strings) | made.strings.keys()
        contents = format.naming(made.contents, kept)
        self._blobs.put(key, made.data)
        try:
            recording_packs.replace(self._database, one, found.loose, contents, sizes)
        except Changed:
            self._blobs.delete([key])  # it may have been removed meanwhile, and nothing of it may stay
            event(log, logging.INFO, "recording_changed", **told)
            return False
        self._blobs.delete([chunk.blob_key for chunk in found.loose] + ([found.key] if found.contents else []))
        metrics.packed.inc()
        metrics.packed_from_bytes.inc(sum(chunk.bytes for chunk in found.loose))
        metrics.packed_to_bytes.inc(contents.bytes)
        return True

    def _read(self, one: Due) -> tuple[Stored, list[LooseChunk]]:
        """A recording, and all that was recorded, what is in the pack that it has already first. Raises BlobMissing,
        BlobCorrupt, BadPack."""
        with self._database.transaction() as connection:
            found = recording_parts.stored(connection, one.project_id, one.session_id)
        parts = recording_parts.parts(self._blobs, found)
        if sum(part.raw for part in parts) > LARGEST_RECORDING:
            raise BadPack("the recording is too large to be packed")
        return found, [
            LooseChunk(
                part.page_view, part.seq, part.first_ms, part.last_ms, format.events_of(b"[" + part.events() + b"]")
            )
            for part in parts
        ]

    def _dictionary(self, project_id: int, waiting: list[Due]) -> bytes | None:
        """What the project's recordings are to be packed with; made anew when they have become many more."""
        with self._database.transaction() as connection:
            newest = recording_strings.newest_dictionary(connection, project_id)
            old = recording_packs.latest(connection, project_id, SAMPLE)
        sample = {one.visitor: one for one in [*waiting, *old]}
        grown = newest is None or newest.uses >= SAMPLE * NEW_AFTER ** min(newest.nth, MOST_GROWTH)
        if grown and len(sample) >= LEAST_SAMPLE:
            made = self._made(list(sample.values())[:SAMPLE])
            if len(made) >= SMALLEST_DICTIONARY:
                return made
        if newest is None:
            return None
        return recording_parts.shared(self._blobs, project_id, "dictionaries", newest.hash)

    def _made(self, sample: list[Due]) -> bytes:
        texts: dict[str, list[bytes]] = {}
        for one in sample:
            try:
                _, loose = self._read(one)
                texts[one.visitor] = [format.shortened(b",".join(chunk.events), {}, set()) for chunk in loose]
            except (BlobMissing, BlobCorrupt, BadPack):
                continue  # told when it is packed
        return format.dictionary_of(texts)


def _described(chunk: recordings.Chunk) -> PackedChunk:
    return PackedChunk(
        *(chunk.page_view_id, chunk.seq, chunk.raw_bytes, chunk.events, chunk.first_ms, chunk.last_ms),
        *(chunk.skew_ms, chunk.gaps, chunk.full_snapshots, chunk.masking),
    )
