"""Which addresses a recording's events show: pictures, fonts and stylesheets that a replay needs. Pure.

Looks at the events' JSON as it came, without reading it: a full snapshot is megabytes. What is written in another way
than rrweb and our tracker write it is not found, and then missing in the replay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec

MOST: Final = 1_000  # of a chunk
LONGEST: Final = 2_000  # characters of an address

# Each begins with something that is seldom: most of an event is passed over at the speed of a search for it.
_VALUE: Final = re.compile(rb'":"(https?:(?:[^"\\]|\\.){1,4000})"')
_SET: Final = re.compile(rb'"srcset":"((?:[^"\\]|\\.){1,8000})"')
# Attributes that hold such an address whatever element has them, and elements whose link is one.
_SOURCES: Final = frozenset({b"src", b"poster", b"background", b"xlink:href"})
_LINKED: Final = (b'"tagName":"link",', b'"tagName":"image",', b'"tagName":"use",', b'"tagName":"feImage",')
_ATTRIBUTES: Final = b'"attributes":{'
_HEAD: Final = 1_000  # bytes of an element's attributes before its link
# In CSS within JSON: quotes have a backslash before them, or none when they are single.
_CSS: Final = re.compile(rb"""url\(\s{0,8}(?:\\"|')?(https?:(?:[^"'()\\\s]|\\/){1,4000})""")
_IMPORT: Final = re.compile(rb"""@import\s{1,8}(?:\\"|')(https?:(?:[^"'()\\\s]|\\/){1,4000})""")
_CANDIDATE: Final = re.compile(r"\s*(\S+)(?:\s[^,]*)?(?:,|$)")


def shown_in(events: Iterable[bytes]) -> list[str]:
    """The addresses in the data of these events, each once, without fragments; MOST at most."""
    found: dict[str, None] = {}
    for data in events:
        values = {match[1]: None for match in _VALUE.finditer(data) if _is_shown(data, match.start())}
        for escaped in dict.fromkeys([*values, *_CSS.findall(data), *_IMPORT.findall(data)]):
            _add(found, _text(escaped))
        for escaped in dict.fromkeys(_SET.findall(data)):
            for candidate in _CANDIDATE.finditer(_text(escaped)):
                _add(found, candidate[1].rstrip(","))
    return list(found)[:MOST]


def _is_shown(data: bytes, at: int) -> bool:
    """Whether the attribute whose name ends at `at` shows what its address names."""
    name = data[max(data.rfind(b'"', max(0, at - 20), at), 0) + 1 : at]
    if name != b"href":
        return name in _SOURCES
    begins = data.rfind(_ATTRIBUTES, max(0, at - _HEAD), at)
    return begins > 0 and data.endswith(_LINKED, 0, begins)


def _text(escaped: bytes) -> str:
    try:
        return msgspec.json.decode(b'"' + escaped + b'"', type=str)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""


def _add(found: dict[str, None], address: str) -> None:
    whole = address.strip().partition("#")[0]
    if whole.startswith(("http://", "https://")) and len(whole) <= LONGEST and "\x00" not in whole:
        found[whole] = None
