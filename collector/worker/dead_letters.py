"""Buries what can't be used, and makes a dead letter a record of the stream again.

A batch that is done again after a kill buries no record twice: the store knows each letter by where its record stood.
A Redis that is full takes no letter, but only commits make room in it: the letters then wait in the process for that.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence

from collector.records import FramingError, Record, framed, records
from collector.worker import metrics
from collector.worker.decode import Bad
from collector.worker.tally import in_range
from heatwake.logs import event
from storage.event_stream import EventStream, StreamFull
from storage.event_stream.dead_letters import DeadLetter, Unusable
from storage.stream_offsets import Step

log = logging.getLogger(__name__)
ERROR_LENGTH = 1_000  # characters


def bury_or_wait(stream: EventStream, bad: Sequence[Bad], steps: Mapping[int, Step]) -> list[Bad]:
    """Bury each once, before the commit, so that none is forgotten. Raises StreamUnavailable.

    Gives those that a full Redis has no room for even without what was committed before the batch: they are to be
    buried when the batch itself has been trimmed.
    """
    try:
        bury(stream, bad)
    except StreamFull:
        for shard, step in steps.items():
            stream.trim(shard, step.before)
        try:
            bury(stream, bad)
        except StreamFull as error:
            event(log, logging.WARNING, "dead_letters_wait_for_memory", letters=len(bad), error=str(error))
            return [*bad]
    return []


def bury_late(stream: EventStream, bad: Sequence[Bad]) -> None:
    """Bury what waited for memory; what has no room now either is lost, told and counted. Raises StreamUnavailable."""
    for one in bad:
        try:
            bury(stream, [one])
        except StreamFull as error:
            metrics.dead_letters_lost.inc()
            event(log, logging.ERROR, "dead_letter_lost", source=one.source, reason=one.reason, error=str(error))


def bury(stream: EventStream, bad: Sequence[Bad]) -> None:
    """Bury each once. Raises StreamUnavailable."""
    burials = stream.bury([Unusable(one.source, one.reason, one.error[:ERROR_LENGTH], one.payload) for one in bad])
    for one, burial in zip(bad, burials, strict=True):
        metrics.dead_letters_dropped.inc(burial.dropped)
        if burial.new:
            event(
                log,
                logging.WARNING,
                "record_buried",
                source=one.source,
                reason=one.reason,
                request_id=one.record.request_id if one.record else None,
                project_id=one.record.project_id if one.record else None,
            )


def kept(stream: EventStream) -> float:
    """How many letters there are; not a number while the store does not answer."""
    try:
        return stream.dead_length()
    except OSError:
        return math.nan


class NotWhole(ValueError):
    """The letter holds no whole record of the stream, so that it can't be run again."""


def record_of(letter: DeadLetter) -> Record:
    """The record that was buried. Raises NotWhole."""
    try:
        found = records(letter.record)
    except FramingError as error:
        raise NotWhole(f"{letter.source}: {error}") from error
    if len(found) != 1:
        raise NotWhole(f"{letter.source} holds {len(found)} records")
    return found[0]


def again(letter: DeadLetter) -> bytes:
    """What goes back into the stream: the record, and behind it a count that takes the first verdict out of the ledger.

    Both are one entry and so one transaction: whatever becomes of the record now, the ledger has it once. Raises
    NotWhole.
    """
    record = record_of(letter)
    if record.channel == "d" or not in_range(record):
        return letter.record  # its verdict is in no ledger
    taken_back = f"{letter.reason} -1 -{len(record.body)}\n".encode()
    back = Record("d", record.project_id, 0, record.received_ms, record.request_id, b"", b"", taken_back)
    return letter.record + framed(back)
