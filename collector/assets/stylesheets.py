"""What a stylesheet names, and the stylesheet with these addresses replaced. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urljoin

MOST: Final = 200  # addresses of a stylesheet
EMPTY: Final = "data:,"
# No two parts of an expression share a run of text: a stylesheet may be made to be slow to read.
_URL: Final = re.compile(r"""url\(\s{0,99}(?:"([^"\\\n]*)"|'([^'\\\n]*)'|([^()"'\\\s]*))\s{0,99}\)""", re.IGNORECASE)
_IMPORT: Final = re.compile(r"""@import\s{1,99}(?:"([^"\\\n]*)"|'([^'\\\n]*)')""", re.IGNORECASE)


def rewritten(css: str, url: str, stored: Callable[[str], str | None]) -> str:
    """`css` of the address `url` with each address it names as `stored` has it; empty where that gives None.

    Fragments stay. What is part of the stylesheet (data:) or of the page (#) stays as it is.
    """
    known: dict[str, str | None] = {}

    def replaced(address: str) -> str:
        if address.startswith("#") or address[:5].lower() == "data:":
            return address
        whole, hash_, fragment = urljoin(url, address.strip()).partition("#")
        if whole not in known:
            known[whole] = stored(whole) if len(known) < MOST else None
        name = known[whole]
        return f"{name}{hash_}{fragment}" if name else EMPTY

    def token(match: re.Match[str]) -> str:
        address = replaced(next((part for part in match.groups() if part is not None), ""))
        return 'url("' + address.replace('"', "%22") + '")'

    css = _IMPORT.sub(lambda match: f"@import url({match[1] if match[1] is not None else match[2]})", css)
    return _URL.sub(token, css)
