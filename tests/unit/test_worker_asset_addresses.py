"""Which addresses the worker finds in what was recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from collector.worker.asset_addresses import MOST, shown_in
from collector.worker.seen_assets import SeenAssets
from collector.worker.string_addresses import StringAddresses
from storage.assets import NamedAsset
from storage.blobs.filesystem import FilesystemBlobs
from storage.recording_pack import hash_of, pack_string
from storage.recording_strings import key

AT = "https://shop.example"


def element(tag: str, **attributes: str) -> dict[str, Any]:
    """As the tracker writes it."""
    return {
        "type": 2,
        "tagName": tag,
        "attributes": {name.replace("__", ":"): text for name, text in attributes.items()},
    }


def found(*nodes: Any) -> list[str]:
    event = json.dumps({"node": {"childNodes": list(nodes)}}, separators=(",", ":"), ensure_ascii=False)
    return [address.removeprefix(AT) for address in shown_in([event.encode()])]


def test_pictures_of_elements_are_found_and_where_links_lead_is_not() -> None:
    assert found(element("img", src=f"{AT}/a.png?b=1&c=2")) == ["/a.png?b=1&c=2"]
    assert found(element("video", poster=f"{AT}/p.jpg")) == ["/p.jpg"]
    assert found(element("image", xlink__href=f"{AT}/i.svg"), element("use", href=f"{AT}/u.svg#one")) == [
        "/i.svg",
        "/u.svg",
    ]
    assert found(element("a", href=f"{AT}/checkout"), element("area", **{"class": "x"}, href=f"{AT}/b")) == []
    assert found(element("link", rel="stylesheet", href=f"{AT}/fonts.css")) == ["/fonts.css"]
    assert found({"id": 5, "attributes": {"src": f"{AT}/later.png"}}) == ["/later.png"]


def test_each_picture_of_a_set_is_found() -> None:
    assert found(element("img", srcset=f"{AT}/1.png 1x, {AT}/2,3.png 2x")) == ["/1.png", "/2,3.png"]


def test_what_styles_name_is_found_however_it_is_quoted() -> None:
    css = f"""@import "{AT}/i.css"; a {{ background: url("{AT}/d.png") }} b {{ background: url('{AT}/s.png') }}
      c {{ background: url({AT}/b.png) }} @font-face {{ src: url("{AT}/f.woff2?#iefix") }} d {{ mask: url(#m) }}"""
    assert sorted(found(element("style", _cssText=css))) == ["/b.png", "/d.png", "/f.woff2?", "/i.css", "/s.png"]
    assert found({"style": {"background-image": f'url("{AT}/x.png")'}}) == ["/x.png"]


def test_only_whole_web_addresses_count_and_not_without_end() -> None:
    assert found(element("img", src="data:image/png;base64,AA"), element("img", src="/relative.png")) == []
    assert found(element("img", src=f"{AT}/{'a' * 3_000}")) == []
    assert len(found(*(element("img", src=f"{AT}/{number}") for number in range(3_000)))) == MOST
    assert shown_in([b'"src":"https://a/\\ud800"', b'"srcset":"\\x"', b"\xff\xfe"]) == []


def test_asset_is_named_once_an_hour() -> None:
    now = [0.0]
    seen = SeenAssets(lambda: now[0])
    one = NamedAsset(1, 2, "https://a/b.png")
    assert seen.worth_naming([one, one]) == [one]
    seen.named([one])
    assert seen.worth_naming([one]) == []
    assert seen.worth_naming([one._replace(project_id=2)]) != []
    now[0] = 3_600.0
    assert seen.worth_naming([one]) == [one]


def test_string_that_a_tracker_only_names_is_looked_into(tmp_path: Path) -> None:
    blobs = FilesystemBlobs(tmp_path)
    css = f'a {{ background: url("{AT}/a.png") }} b {{ background: url({AT}/b.png) }}'
    string = json.dumps(css)[1:-1].encode()
    strings = StringAddresses(blobs)
    assert strings.shown(1, hash_of(string)) == []
    blobs.put(key(1, "strings", hash_of(string)), pack_string(string))
    assert strings.shown(1, hash_of(string)) == [f"{AT}/a.png", f"{AT}/b.png"]
    assert strings.shown(2, hash_of(string)) == []
