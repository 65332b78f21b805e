"""The visitors: with which device, from where, in which language they come."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Device:
    """A screen and how it is touched; `user_agent` is what the browser says of itself."""

    width: int
    height: int
    touch: bool
    user_agent: str


@dataclass(frozen=True)
class Visitor:
    """Someone who comes to the shop. `referrer`: the page that led there; `campaign`: the first address' query."""

    device: Device
    locale: str
    timezone: str
    referrer: str | None = None
    campaign: str = ""


_CHROME = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 {}Safari/537.36"
_SAFARI = "Mozilla/5.0 ({}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 {}Safari/{}"

WINDOWS = Device(1440, 900, False, _CHROME.format("Windows NT 10.0; Win64; x64", ""))
LARGE = Device(1920, 1000, False, "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0")
LAPTOP = Device(1280, 720, False, _SAFARI.format("Macintosh; Intel Mac OS X 10_15_7", "", "605.1.15"))
EDGE = Device(1536, 824, False, _CHROME.format("Windows NT 10.0; Win64; x64", "") + " Edg/141.0.0.0")
IPHONE = Device(390, 760, True, _SAFARI.format("iPhone; CPU iPhone OS 18_5 like Mac OS X", "Mobile/15E148 ", "604.1"))
ANDROID = Device(412, 820, True, _CHROME.format("Linux; Android 15; Pixel 9", "Mobile "))
IPAD = Device(820, 1106, True, _SAFARI.format("iPad; CPU OS 18_5 like Mac OS X", "Mobile/15E148 ", "604.1"))
