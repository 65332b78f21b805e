"""Where a session came from."""

from __future__ import annotations

import pytest

from collector.worker.arrivals import campaign, referrer_host
from storage.page_address import page_address


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://shop.example/?utm_source=a&utm_medium=b&utm_campaign=spring%20sale", ("a", "b", "spring sale")),
        ("https://shop.example/?utm_source=a#utm_medium=b", ("a", "", "")),
        ("https://shop.example/utm_source=a", ("", "", "")),
        ("https://shop.example/?utm_source=%00%ff" + "x" * 900, ("�" + "x" * 199, "", "")),
        ("https://shop.example/?" + "a=1&" * 500 + "utm_source=a", ("", "", "")),
        ("", ("", "", "")),
    ],
)  # fmt: skip
def test_campaign_of_the_entry_address(url: str, wanted: tuple[str, str, str]) -> None:
    assert campaign(url) == wanted


@pytest.mark.parametrize(
    ("referrer", "wanted"),
    [
        ("https://www.Search.example/?q=shoes", "www.search.example"),
        ("https://shop.example/other", ""),
        ("android-app://com.example.news/", "com.example.news"),
        ("http://[::1", ""),
        ("no address", ""),
        ("", ""),
    ],
)
def test_referring_host(referrer: str, wanted: str) -> None:
    assert referrer_host(referrer, "https://shop.example/") == wanted


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://Shop.example/products/?a=1#top", "shop.example/products"),
        ("https://shop.example", "shop.example/"),
        ("https://shop.example/?q", "shop.example/"),
        ("http://user:secret@shop.example:8090/a/B", "shop.example:8090/a/B"),
        ("shop.example/products", "shop.example/products"),
    ],
)
def test_page_address(url: str, wanted: str) -> None:
    assert page_address(url) == wanted


def test_address_too_long_for_an_index_keeps_its_own_name() -> None:
    one, other = (page_address("https://shop.example/" + "ü" * 1_979 + end) for end in ("a", "b"))
    assert one != other
    assert len(one.encode()) <= 2_400
    assert page_address(one) == one
