"""A second look at what trackers have masked already (snippet/src/recorder/personal.ts), for those that did not: what
is sure to be personal becomes stars before anything is stored. Pure.

Sure are e-mail addresses, numbers of cards that pass their check (ISO/IEC 7812-1, Luhn), IBANs that pass theirs
(ISO 13616) and phone numbers with a country's code. In a recording, only where a visitor would read it: texts, values
and attributes that say something, not addresses of images, styles or shapes.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

# Every repetition has a limit: what is looked at comes from whoever sends it.
_EMAIL: Final = re.compile(
    r"[^\s@\"'<>()\[\]:;,/=?&]{1,64}(?:@|%40)(?:[A-Za-z0-9-]{1,63}\.){1,8}"
    r"(?!(?:png|jpe?g|gif|svg|webp|avif|css|js)\b)[A-Za-z]{2,24}"
)
_CARD: Final = re.compile(r"(?<![\w.,-])\d(?:[ -]?\d){12,18}(?![\w%]|[.,-]\d)")
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_PHONE: Final = re.compile(r"\+\d(?:[ ()./-]{0,2}\d){8,}(?!\w)")
# Bytes without one of these hold none of them, whatever they are: one quick look for nearly everything.
_MAYBE: Final = re.compile(rb"@|%40|\+\d|\d(?:[ -]?\d){12}|[A-Z]{2}\d{2}[ A-Z0-9]{8}")
_TOLD: Final = re.compile(
    r"^(title|alt|placeholder|label|summary|content|value|data-.*"
    r"|aria-(label|description|valuetext|valuenow|placeholder|roledescription))$"
)
_TEXTS: Final = frozenset({"textContent", "value", "text"})
_decode: Final = msgspec.json.Decoder().decode
_encode: Final = msgspec.json.Encoder().encode


def words(text: str) -> str:
    """`text` with stars for what is sure to be personal."""
    if not _MAYBE.search(text.encode(errors="replace")):
        return text
    text = _EMAIL.sub(_stars, text)
    text = _IBAN.sub(lambda found: _stars(found) if _is_iban(found[0]) else found[0], text)
    text = _CARD.sub(lambda found: _stars(found) if _is_card(found[0]) else found[0], text)
    return _PHONE.sub(_stars, text)


def recorded(data: bytes) -> bytes:
    """The data of an rrweb event in the same way; the same object if nothing of it changes."""
    if not _MAYBE.search(data):
        return data
    try:
        tree = _decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return data  # whoever reads it will say what is wrong
    return _encode(tree) if _scrub(tree) else data


def _scrub(tree: Any) -> bool:
    """Change the tree in place; whether anything was."""
    changed = False
    left: list[tuple[Any, bool]] = [(tree, False)]
    while left:
        at, are_attributes = left.pop()
        if isinstance(at, list):
            left.extend((one, False) for one in at)
        elif isinstance(at, dict) and at.get("tagName") != "style":
            for name, value in at.items():
                if not isinstance(value, str):
                    left.append((value, name == "attributes"))
                elif _TOLD.match(name) if are_attributes else name in _TEXTS:
                    told = words(value)
                    if told != value:
                        at[name] = told
                        changed = True
    return changed


def _stars(found: re.Match[str]) -> str:
    return re.sub(r"\S", "*", found[0])


def _is_card(text: str) -> bool:
    """Luhn's check: every second digit from the right doubled, the sum of all digits a multiple of ten."""
    total = 0
    for place, digit in enumerate(int(one) for one in reversed(text) if one.isdigit()):
        total += digit if place % 2 == 0 else digit * 2 - 9 * (digit > 4)
    return total % 10 == 0


def _is_iban(text: str) -> bool:
    """The country and the check digits moved to the end, letters as numbers, leave 1 when divided by 97."""
    plain = text.replace(" ", "")
    return len(plain) >= 15 and int("".join(str(int(one, 36)) for one in plain[4:] + plain[:4])) % 97 == 1
