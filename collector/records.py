"""Reads the framing of a stream entry: the records that the collector's Lua put one after the other.

A record is `<channel> <project_id> <site_id> <received_ms> <request_id> <len(ua)> <len(query)> <len(body)>\\n` and
then the three parts; lengths in bytes.
"""

from __future__ import annotations

from typing import NamedTuple

_HEADER_LIMIT = 200  # bytes; eight numbers of at most 20 digits


class Record(NamedTuple):
    """One acknowledged request, or (channel `d`) refusals counted at the door."""

    channel: str  # e, r or d
    project_id: int
    site_id: int
    received_ms: int  # unix ms at the collector
    request_id: str  # 16 hex digits
    ua: bytes
    query: bytes
    body: bytes


class FramingError(ValueError):
    """An entry is damaged: `records` were read before the damage, `rest` are the bytes from there on."""

    def __init__(self, message: str, records: list[Record], rest: bytes) -> None:
        super().__init__(message)
        self.records = records
        self.rest = rest


def records(payload: bytes, begin: int = 0, passed: int = 0) -> list[Record]:
    """The records of an entry in their order, from byte `begin` on, behind `passed` of them. Raises FramingError."""
    found: list[Record] = []
    at, end = begin, len(payload)
    while at < end:
        line = payload.find(b"\n", at, at + _HEADER_LIMIT)
        try:
            if line < 0:
                raise ValueError("no header line")
            channel, project, site, received, request_id, ua, query, body = payload[at:line].decode("ascii").split(" ")
            ua_end = line + 1 + int(ua)
            query_end = ua_end + int(query)
            body_end = query_end + int(body)
            if channel not in ("e", "r", "d") or not line < ua_end <= query_end <= body_end <= end:
                raise ValueError(f"channel {channel!r}, {end - at} bytes left for lengths {ua}, {query}, {body}")
            record = Record(
                channel,
                int(project),
                int(site),
                int(received),
                request_id,
                payload[line + 1 : ua_end],
                payload[ua_end:query_end],
                payload[query_end:body_end],
            )
        except ValueError as error:
            raise FramingError(f"record {passed + len(found)} at byte {at}: {error}", found, payload[at:]) from error
        found.append(record)
        at = body_end
    return found


def framed(record: Record) -> bytes:
    """The bytes of `record` as the door writes them, for benches and tests."""
    head = (
        f"{record.channel} {record.project_id} {record.site_id} {record.received_ms} {record.request_id}"
        f" {len(record.ua)} {len(record.query)} {len(record.body)}\n"
    )
    return head.encode() + record.ua + record.query + record.body


def door_counts(record: Record) -> list[tuple[int, str, int, int]]:
    """(project, reason or `received`, requests, bytes) of a `d` record; a line without a project is of the record's.

    Raises ValueError for anything else.
    """
    found = []
    for line in record.body.decode("ascii").splitlines():
        words = line.split(" ")
        if len(words) == 4:
            found.append((int(words[3]), words[0], int(words[1]), int(words[2])))
        elif len(words) == 3:
            found.append((record.project_id, words[0], int(words[1]), int(words[2])))
        else:
            raise ValueError(f"{len(words)} words in a line")
    return found
