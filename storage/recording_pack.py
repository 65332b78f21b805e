"""A closed recording as one blob: segments that can be read alone, without what its site's recordings have in common.

Three things make a recording small. A string of more than LONG bytes (a stylesheet, a picture in an address) is kept
once a site, by the hash of its bytes. Numbers of nodes and times, which nearly always count on from the one before,
are written as the step from it. And what many visitors of the site have seen comes from a dictionary (zstd, raw
content).

A segment is the JSON of some events of one page view, separated by commas, in a zstd frame of its own, whose checksum
is its integrity; the first of a page view, and each that begins with a full snapshot, can be played without those
before it. Pure.

Two bytes of what a segment holds are no JSON, and can't be mistaken for it: 0x01 at the beginning of a string is
followed by the hash of a kept one; `~` in the place of a number is the step from the number before it.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import Final, NamedTuple

import msgspec
import zstandard

LONG: Final = 2_048  # bytes of a string that is kept apart
LEVEL: Final = 12  # 19 takes ten times as long for a tenth less
STRING_LEVEL: Final = 19  # each is packed once a site
SEGMENT: Final = 512 * 1024  # bytes of JSON after which a page view's next segment begins
LARGEST_SEGMENT: Final = 64 * 1024 * 1024
LARGEST_DICTIONARY: Final = 1024 * 1024

_MARK: Final = b"\x01"
_KEPT: Final = re.compile(rb'"\x01([0-9a-f]{40})"')
_NAMED: Final = re.compile(rb'"\\u0001([0-9a-f]{40})"')  # how a tracker names a string that its server has
_ID: Final = re.compile(rb'"id":(\d{1,15})(?!\d)')
_ID_STEP: Final = re.compile(rb'"id":(~|\d{1,15}(?!\d))')
_TIME: Final = re.compile(rb'"timestamp":(\d{13})(?!\d)')
_TIME_STEP: Final = re.compile(rb'"timestamp":(~-?\d+|\d{13})(?!\d)')
_RECORD: Final = re.compile(rb'(?=\{"type":)')
_SNAPSHOT: Final = b'{"type":2,'
_META: Final = b'{"type":4,'

Get = Callable[[str], bytes | None]  # a kept string's bytes by its hash; None: it is not there


class LooseChunk(NamedTuple):
    """A chunk as it came, or a segment of a pack that is packed again: `events`, the JSON of each; times in unix ms."""

    page_view: int
    seq: int
    first_ms: int
    last_ms: int
    events: list[bytes]


class Segment(msgspec.Struct, frozen=True, array_like=True):
    """Where a segment lies in its pack, in bytes, and what is in it; `alone`: it can be played without those before."""

    page_view: int
    first_ms: int
    last_ms: int
    events: int
    offset: int
    length: int
    raw: int
    alone: bool


class PackedChunk(msgspec.Struct, frozen=True, array_like=True):
    """What is told of a chunk that came: as storage.recordings.Chunk has it."""

    page_view: int
    seq: int
    raw_bytes: int
    events: int
    first_ms: int
    last_ms: int
    skew_ms: int
    gaps: str = ""
    full_snapshots: str = ""
    masking: str = ""


class Contents(msgspec.Struct, frozen=True):
    """What a pack holds. `strings`: hashes of those that it names; `missing`: how many more it names that are not kept;
    `dictionary`: the hash of the one that it is packed with; `sha256` and size of the pack."""

    segments: list[Segment]
    chunks: list[PackedChunk]
    strings: list[str]
    sha256: str
    bytes: int
    dictionary: str | None = None
    missing: int = 0


class Packed(NamedTuple):
    """`data`: the pack; `strings`: bytes of those that it names and that were in its chunks, by hash."""

    contents: Contents
    data: bytes
    strings: dict[str, bytes]


class BadPack(ValueError):
    """A pack does not hold what its contents say; the text says where."""


def hash_of(string: bytes) -> str:
    """The name of a long string: of its bytes as they stand in JSON, between the quotation marks."""
    return hashlib.sha256(string).hexdigest()[:40]


def key(project_id: int, day: str, session: str, pack: int) -> str:
    """Where a pack lies in the blob store; `session` as 32 hex digits, as its chunks' keys have it."""
    return f"recordings/{project_id}/{day}/{session}/pack-{pack:04d}.zst"


def events_of(chunk: bytes) -> list[bytes]:
    """The JSON of each event of a chunk, as the worker has put it together (`[…]`). Raises BadPack."""
    try:
        return [bytes(event) for event in msgspec.json.decode(chunk, type=list[msgspec.Raw])]
    except msgspec.MsgspecError as error:
        raise BadPack(str(error)) from error


def pack(
    chunks: Sequence[LooseChunk], dictionary: bytes | None = None, described: Sequence[PackedChunk] = ()
) -> Packed:
    """One pack of all chunks of a session. `dictionary`: as `dictionary_of` made it; `described`: what is told of all
    chunks that ever came."""
    strings: dict[str, bytes] = {}
    named: set[str] = set()
    made = _compressor(dictionary)
    segments: list[Segment] = []
    frames: list[bytes] = []
    offset = 0
    for page_view, first_ms, last_ms, events, alone in _segments(chunks):
        text = shortened(b",".join(events), strings, named)
        frame = made.compress(text)
        raw = sum(map(len, events)) + len(events) - 1
        segments.append(Segment(page_view, first_ms, last_ms, len(events), offset, len(frame), raw, alone))
        frames.append(frame)
        offset += len(frame)
    data = b"".join(frames)
    contents = Contents(
        segments,
        list(described),
        sorted(named),
        hashlib.sha256(data).hexdigest(),
        len(data),
        hash_of(dictionary) if dictionary else None,
    )
    return Packed(contents, data, strings)


def naming(contents: Contents, kept: Set[str]) -> Contents:
    """The contents of a pack of whose strings only these are kept."""
    strings = [hash for hash in contents.strings if hash in kept]
    return msgspec.structs.replace(contents, strings=strings, missing=len(contents.strings) - len(strings))


def unpack(frame: bytes, dictionary: bytes | None, get: Get) -> bytes:
    """The JSON of a segment's events, whole again. Raises BadPack. A kept string that is not there
    stays a name."""
    if not frame:
        raise BadPack("a segment without bytes")
    plain = zstandard.ZstdDecompressor(dict_data=_content(dictionary))
    try:
        text = plain.decompress(frame, max_output_size=LARGEST_SEGMENT)
    except zstandard.ZstdError as error:
        raise BadPack(str(error)) from error
    return lengthened(text, get)


def shortened(events: bytes, strings: dict[str, bytes], named: set[str]) -> bytes:
    """Events as a segment holds them. Adds to `strings` what is kept apart, to `named` the hashes of all that is."""
    if _MARK in events:
        raise BadPack("events hold a byte that no JSON has")

    def name(found: re.Match[bytes]) -> bytes:
        named.add(found[1].decode())
        return b'"\x01%b"' % found[1]

    parts = []
    at = 0
    for start, end in _long_strings(events):
        string = events[start:end]
        hashed = hash_of(string)
        strings[hashed] = string
        named.add(hashed)
        parts += [events[at:start], _MARK, hashed.encode()]
        at = end
    text = _NAMED.sub(name, b"".join([*parts, events[at:]]))
    return _stepped(text)


def lengthened(text: bytes, get: Get) -> bytes:
    """What `shortened` was given; of strings that `get` does not find, the name."""
    last_id, last_time = 0, 0

    def whole_id(found: re.Match[bytes]) -> bytes:
        nonlocal last_id
        last_id = last_id + 1 if found[1] == b"~" else int(found[1])
        return b'"id":%d' % last_id

    def whole_time(found: re.Match[bytes]) -> bytes:
        nonlocal last_time
        last_time = last_time + int(found[1][1:]) if found[1].startswith(b"~") else int(found[1])
        return b'"timestamp":%d' % last_time

    return _KEPT.sub(lambda found: _string(found, get), _TIME_STEP.sub(whole_time, _ID_STEP.sub(whole_id, text)))


def completed(events: bytes, get: Get) -> bytes:
    """Events of a loose chunk with the strings that their tracker only named."""
    return _NAMED.sub(lambda found: _string(found, get), events)


def pack_string(string: bytes) -> bytes:
    """A long string as it is kept, or a dictionary."""
    return zstandard.ZstdCompressor(level=STRING_LEVEL, write_checksum=True).compress(string)


def unpack_string(data: bytes) -> bytes:
    """Raises BadPack."""
    try:
        return zstandard.ZstdDecompressor().decompress(data, max_output_size=LARGEST_SEGMENT)
    except zstandard.ZstdError as error:
        raise BadPack(str(error)) from error


def dictionary_of(recordings: Mapping[str, Iterable[bytes]]) -> bytes:
    """What the visitors' recordings have in common: segments as `shortened` leaves them, by visitor. Nothing is taken
    that only one visitor has seen, so that none can be told from it, or need be taken out of it."""
    seen: Counter[bytes] = Counter()
    split = {visitor: [_RECORD.split(text) for text in texts] for visitor, texts in recordings.items()}
    for pages in split.values():
        seen.update({record for page in pages for record in page})
    runs: dict[bytes, None] = {}
    for pages in split.values():
        for page in pages:
            for at in range(0, len(page), 8):
                run = b"".join(record for record in page[at : at + 8] if seen[record] > 1)
                if run:
                    runs.setdefault(run)
    return b"".join(runs)[:LARGEST_DICTIONARY]


def _segments(chunks: Sequence[LooseChunk]) -> Iterator[tuple[int, int, int, list[bytes], bool]]:
    """(page view, first ms, last ms, events, alone) of each segment, by page view and time. Times are those of the
    chunks that the events came in."""
    for page_view in dict.fromkeys(chunk.page_view for chunk in sorted(chunks, key=lambda one: one.first_ms)):
        events: list[bytes] = []
        first_ms = last_ms = size = 0
        alone = True
        for chunk in sorted((one for one in chunks if one.page_view == page_view), key=lambda one: one.seq):
            for at, event in enumerate(chunk.events):
                # A snapshot's Meta event, which says how large the page was, stands before it.
                snapshot = event.startswith(_META) and at + 1 < len(chunk.events)
                snapshot = snapshot and chunk.events[at + 1].startswith(_SNAPSHOT)
                if events and (snapshot or size > SEGMENT):
                    yield page_view, first_ms, last_ms, events, alone
                    events, size, alone = [], 0, snapshot
                if not events:
                    first_ms = last_ms = chunk.first_ms
                last_ms = max(last_ms, chunk.last_ms)
                events.append(event)
                size += len(event)
        if events:
            yield page_view, first_ms, last_ms, events, alone


def _long_strings(text: bytes) -> Iterator[tuple[int, int]]:
    """Where strings of at least LONG bytes begin and end, between their quotation marks."""
    at = 0
    while (start := text.find(b'"', at)) >= 0:
        end = text.find(b'"', start + 1)
        while end > 0 and _is_escaped(text, end):
            end = text.find(b'"', end + 1)
        if end < 0:
            raise BadPack("events are cut off within a string")
        if end - start - 1 >= LONG:
            yield start + 1, end
        at = end + 1


def _is_escaped(text: bytes, at: int) -> bool:
    """Whether an odd number of backslashes stands before a place."""
    before = at - 1
    while text[before] == 0x5C:
        before -= 1
    return (at - before) % 2 == 0


def _stepped(text: bytes) -> bytes:
    last_id, last_time = 0, 0

    def step_id(found: re.Match[bytes]) -> bytes:
        nonlocal last_id
        before, last_id = last_id, int(found[1])
        return b'"id":~' if last_id == before + 1 else found[0]

    def step_time(found: re.Match[bytes]) -> bytes:
        nonlocal last_time
        before, last_time = last_time, int(found[1])
        return b'"timestamp":~%d' % (last_time - before) if before else found[0]

    return _TIME.sub(step_time, _ID.sub(step_id, text))


def _string(found: re.Match[bytes], get: Get) -> bytes:
    string = get(found[1].decode())
    return b'"\\u0001%b"' % found[1] if string is None else b'"%b"' % string


def _compressor(dictionary: bytes | None) -> zstandard.ZstdCompressor:
    content = _content(dictionary)
    return zstandard.ZstdCompressor(level=LEVEL, dict_data=content, write_checksum=True, write_dict_id=False)


def _content(dictionary: bytes | None) -> zstandard.ZstdCompressionDict | None:
    if not dictionary:
        return None
    return zstandard.ZstdCompressionDict(dictionary, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
