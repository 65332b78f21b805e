"""Device, browser and system from a User-Agent; the words that the recording list filters by.

Only what the header says: a browser that calls itself another is that other one. Ours is a table of the tokens that
browsers with a share worth a filter send, in the order in which they are looked for, since most name their forebears.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

DESKTOP, TABLET, MOBILE = 1, 2, 3  # storage.devices


class Agent(NamedTuple):
    """device: 1 desktop, 2 tablet, 3 mobile; browser and os are empty when unknown."""

    device: int
    browser: str
    os: str


_BROWSERS: Final = (
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("OPiOS/", "Opera"),
    ("Opera", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("YaBrowser/", "Yandex Browser"),
    ("Vivaldi/", "Vivaldi"),
    ("UCBrowser/", "UC Browser"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Ddg/", "DuckDuckGo"),
    ("Brave/", "Brave"),
    ("HuaweiBrowser/", "Huawei Browser"),
    ("MiuiBrowser/", "Mi Browser"),
    ("FBAN/", "Facebook"),
    ("FBAV/", "Facebook"),
    ("Instagram ", "Instagram"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chrome"),
    ("Trident/", "Internet Explorer"),
    ("MSIE ", "Internet Explorer"),
)
_SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("iPhone", "iOS"),
    ("iPod", "iOS"),
    ("iPad", "iPadOS"),
    ("Android", "Android"),
    ("HarmonyOS", "HarmonyOS"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
    ("X11", "Linux"),
)
_TABLET: Final = re.compile(r"iPad|Tablet|PlayBook|Silk(?!.*Mobile)|Kindle|SM-T\d|Nexus (?:7|9|10)\b")
_MOBILE: Final = re.compile(r"Mobi|iPhone|iPod|Windows Phone|Opera Mini|IEMobile")


@lru_cache(maxsize=20_000)
def agent(header: bytes) -> Agent:
    """What a User-Agent header tells."""
    text = header.decode("ascii", "replace")
    browser = next((name for token, name in _BROWSERS if token in text), "")
    if not browser and "Safari/" in text and "AppleWebKit" in text:
        # Android's own browser of old calls itself Safari too.
        browser = "Android Browser" if "Android" in text else "Safari"
    system = next((name for token, name in _SYSTEMS if token in text), "")
    return Agent(_device(text), browser, system)


def _device(text: str) -> int:
    if _TABLET.search(text):
        return TABLET
    if _MOBILE.search(text):
        return MOBILE
    # Android says Mobile on phones only.
    return TABLET if "Android" in text else DESKTOP
