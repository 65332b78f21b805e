"""The wire protocol, version 1, as types: queries, event bodies, recording chunks; in words: `docs/protocol.md`.

The monolith checks `application/json` bodies with these before they are taken; the worker decodes every record with
them. What passes here fits the database: lengths and number ranges are the columns'.
"""

from __future__ import annotations

import re
import zlib
from typing import Annotated, Final, Literal

import msgspec

VERSION: Final = 1
MAX_EVENTS: Final = 1_000  # events in one body of /c/e
MAX_OPENED_BYTES: Final = 33_554_432  # of one recording chunk after gunzip
MAX_OPENED_RATIO: Final = 100  # of its opened to its sent bytes; recordings have 5 to 40, a bomb 1,000
ANY_RATIO_BYTES: Final = 262_144  # up to this size any ratio goes
GZIP_MAGIC: Final = b"\x1f\x8b"

Nav = Literal["load", "spa", "back"]
Millis = Annotated[int, msgspec.Meta(ge=0, le=99_999_999_999_999)]  # unix ms
Pixels = Annotated[int, msgspec.Meta(ge=0, le=100_000_000)]
Coordinate = Annotated[int, msgspec.Meta(ge=-100_000_000, le=100_000_000)]
Fraction = Annotated[int, msgspec.Meta(ge=0, le=10_000)]  # of an element's box
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
Span = Annotated[int, msgspec.Meta(ge=0, le=2_000_000_000)]  # ms
Selector = Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]
Label = Annotated[str, msgspec.Meta(max_length=80)]
Address = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
Referrer = Annotated[str, msgspec.Meta(max_length=2_000)]
Title = Annotated[str, msgspec.Meta(max_length=300)]
Word = Annotated[str, msgspec.Meta(max_length=64)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Identity = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Whole = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]  # what JavaScript can count
Props = Annotated[
    dict[Name, Annotated[str, msgspec.Meta(max_length=500)] | Whole | float | bool], msgspec.Meta(max_length=32)
]


class ProtocolError(ValueError):
    """What was sent does not follow the protocol; the text names the field and what it must be."""


class TooLarge(ProtocolError):
    """A recording chunk opens to more than MAX_OPENED_BYTES."""


class TooManyEvents(ProtocolError):
    """A body of interactions has more than MAX_EVENTS."""


class Page(msgspec.Struct, frozen=True, gc=False, tag_field="k", tag="page"):
    """A page view begins. Sizes in CSS pixels; `sw` is the screen's width."""

    t: Millis
    url: Address
    nav: Nav
    vw: Pixels
    vh: Pixels
    dh: Pixels
    title: Title = ""
    ref: Referrer = ""
    sw: Pixels = 0
    lang: Word = ""
    tz: Word = ""


class Click(msgspec.Struct, frozen=True, gc=False, tag_field="k", tag="click"):
    """A click at (fx, fy) of element `el`, whose box on the page is b = (x, y, w, h) in CSS pixels."""

    t: Millis
    el: Selector
    fx: Fraction
    fy: Fraction
    b: tuple[Coordinate, Coordinate, Pixels, Pixels]
    text: Label = ""


class Tap(Click, frozen=True, gc=False, tag_field="k", tag="tap"):
    """The same by touch; a `Click` too for isinstance."""


class Rage(Click, frozen=True, gc=False, tag_field="k", tag="rage"):
    """A third click within a second at the same place; told beside the click itself, as are the next two."""


class Dead(Click, frozen=True, gc=False, tag_field="k", tag="dead"):
    """A click after which nothing happened: no change of the page, no scrolling, no address, no request."""


class Failed(Click, frozen=True, gc=False, tag_field="k", tag="error"):
    """A click that was followed by an error of the page's scripts."""


class Move(msgspec.Struct, frozen=True, gc=False, tag_field="k", tag="move"):
    """Where the mouse was: (ms after `t`, element, fx, fy) each."""

    t: Millis
    m: Annotated[list[tuple[Span, Selector, Fraction, Fraction]], msgspec.Meta(max_length=2_000)]


class Scroll(msgspec.Struct, frozen=True, gc=False, tag_field="k", tag="scroll"):
    """The deepest point seen so far, in percent of the document's height `dh`."""

    t: Millis
    d: Percent
    dh: Pixels


class Custom(msgspec.Struct, frozen=True, gc=False, tag_field="k", tag="event"):
    """`heatwake('event', name, props)`."""

    t: Millis
    name: Name
    props: Props = {}


class Identify(msgspec.Struct, frozen=True, gc=False, tag_field="k", tag="identify"):
    """`heatwake('identify', id, traits)`."""

    t: Millis
    id: Identity
    traits: Props = {}


class Leave(msgspec.Struct, frozen=True, gc=False, tag_field="k", tag="leave"):
    """The page was hidden after `ms` in front."""

    t: Millis
    d: Percent
    dh: Pixels
    ms: Span


Event = Page | Click | Tap | Rage | Dead | Failed | Move | Scroll | Custom | Identify | Leave


class EventsBody(msgspec.Struct, frozen=True, gc=False):
    """The body of `POST /c/e`."""

    e: Annotated[list[Event], msgspec.Meta(min_length=1, max_length=MAX_EVENTS)]


class RecordingEvent(msgspec.Struct, frozen=True, gc=False):
    """One rrweb event as far as the collector looks into it; `timestamp` in the visitor's unix ms."""

    type: Annotated[int, msgspec.Meta(ge=0, le=255)]
    timestamp: Annotated[float, msgspec.Meta(ge=0, le=99_999_999_999_999)]
    data: msgspec.Raw = msgspec.Raw(b"{}")


def describe(error: Exception) -> str:
    """The text of a decoding error for the one who sent it: what is wrong and at which field."""
    return str(error).replace("`$.", "`").replace("`$[", "`[").replace("`$`", "the body")


class _AnyEvents(msgspec.Struct, frozen=True):
    e: list[msgspec.Raw]


_events_decoder: Final = msgspec.json.Decoder(EventsBody)
_counting_decoder: Final = msgspec.json.Decoder(_AnyEvents)
_chunk_decoder: Final[msgspec.json.Decoder[list[RecordingEvent]]] = msgspec.json.Decoder(
    Annotated[list[RecordingEvent], msgspec.Meta(min_length=1)]
)


# Half of a surrogate pair (a browser that cuts a text in the middle of an emoji sends it) and the character NUL are
# JSON, but no text that Postgres or UTF-8 could hold.
_NO_TEXT: Final = re.compile(
    rb"(?<!\\)((?:\\\\)*)\\u(?:0000|d[89ab][0-9a-f]{2}(?!\\ud[c-f])|(?<!\\ud[89ab][0-9a-f]{2}\\u)d[c-f][0-9a-f]{2})",
    re.I,
)


def mended(body: bytes) -> bytes:
    """`body` with U+FFFD for every escape that is no text."""
    return _NO_TEXT.sub(rb"\1\\ufffd", body)


def decode_events(body: bytes) -> list[Event]:
    """The events of a `/c/e` body. Raises ProtocolError with the field's path."""
    try:
        # The search is some 30 ns; the substitution is paid by those bodies alone.
        return _events_decoder.decode(mended(body) if b"\\u" in body else body).e
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        number = _number_of_events(body)
        if number > MAX_EVENTS:
            raise TooManyEvents(f"the body has {number} events; at most {MAX_EVENTS} go into one") from error
        raise ProtocolError(describe(error)) from error


def _number_of_events(body: bytes) -> int:
    """How many events a body has that could not be decoded; 0 where even that can't be told."""
    try:
        return len(_counting_decoder.decode(body).e)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return 0


def opened(body: bytes) -> bytes:
    """A recording chunk's JSON, gunzipped if it was sent so. Raises TooLarge, ProtocolError."""
    if body[:2] != GZIP_MAGIC:
        return body
    stream = zlib.decompressobj(wbits=31)
    most = min(MAX_OPENED_BYTES, max(ANY_RATIO_BYTES, MAX_OPENED_RATIO * len(body)))
    try:
        plain = stream.decompress(body, most + 1)
    except zlib.error as error:
        raise ProtocolError(f"the recording chunk is not whole gzip: {error}") from error
    if len(plain) > most:
        raise TooLarge(f"the recording chunk opens to more than {most} bytes; {len(body)} were sent")
    if not stream.eof or stream.unused_data:
        raise ProtocolError("the recording chunk is not one whole gzip member")
    return plain


def decode_chunk(plain: bytes) -> list[RecordingEvent]:
    """The rrweb events of an opened `/c/r` body. Raises ProtocolError with the field's path."""
    try:
        return _chunk_decoder.decode(mended(plain) if b"\\u" in plain else plain)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ProtocolError(describe(error)) from error


class Query(msgspec.Struct, frozen=True, gc=False):
    """Who sent a request, and which one of theirs it is. `session` and `visitor`: 32 hex digits; `page_view` < 2^48."""

    key: str
    session: str
    page_view: int
    seq: int
    visitor: str
    sent_ms: int


_FIELDS: Final = {
    b"v": (rb"1", "1, the only version there is"),
    b"k": (rb"[a-z0-9]{8,32}", "a site key: 8 to 32 of a-z and 0-9"),
    b"s": (rb"[0-9a-f]{32}", "a session id: 32 lower-case hex digits"),
    b"p": (rb"[0-9a-f]{12}", "a page view id: 12 lower-case hex digits"),
    b"n": (rb"[0-9]{1,6}", "a sequence number: 0 to 999999"),
    b"u": (rb"[0-9a-f]{32}", "a visitor id: 32 lower-case hex digits"),
    b"t": (rb"[0-9]{1,14}", "the visitor's clock in unix ms"),
}
# Two letters that the door adds behind what was sent.
COUNTRY: Final = rb"(?:&g=[A-Z]{2})?"
# The order in which the tracker writes them: one match reads all.
_QUERY: Final = re.compile(b"&".join(name + b"=(" + form + b")" for name, (form, _) in _FIELDS.items()) + COUNTRY)


def _in_order(raw: bytes) -> bytes:
    """`raw` with the protocol's fields in their usual order and others left out. Raises ProtocolError."""
    found: dict[bytes, bytes] = {}
    for part in raw.split(b"&"):
        name, _, value = part.partition(b"=")
        if name not in _FIELDS:
            continue
        if name in found:
            raise ProtocolError(f"query argument {name.decode()} is there twice")
        form, words = _FIELDS[name]
        if not re.fullmatch(form, value):
            raise ProtocolError(f"query argument {name.decode()} must be {words}")
        found[name] = value
    for name, (_, words) in _FIELDS.items():
        if name not in found:
            raise ProtocolError(f"query argument {name.decode()} is missing; it must be {words}")
    return b"&".join(name + b"=" + found[name] for name in _FIELDS)


def parse_query(raw: bytes) -> Query:
    """The query string of a request. Unknown arguments are left alone. Raises ProtocolError naming the argument."""
    match = _QUERY.fullmatch(raw) or _QUERY.fullmatch(_in_order(raw))
    assert match is not None, "every field was matched by its own form"
    _, key, session, page_view, seq, visitor, sent = match.groups()
    return Query(key.decode(), session.decode(), int(page_view, 16), int(seq), visitor.decode(), int(sent))
