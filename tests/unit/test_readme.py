"""What the README tells a newcomer to do exists as it says."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from heatwake.cli import parser
from heatwake.settings import ROOT, load
from heatwake.site_snippet import site_snippet

PAGES = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]
README = (ROOT / "README.md").read_text()
MOST_BYTES = 300_000


def commands(text: str) -> list[str]:
    """The `bin/…` commands of a page, as they stand in code."""
    block = r"^```\w*\n(.*?)^```$"
    code = re.findall(block, text, re.M | re.S)
    code += re.findall(r"`([^`\n]+)`", re.sub(block, "", text, flags=re.M | re.S))
    return [found for part in code for found in re.findall(r"\bbin/[^\n#]+", part)]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_exists(page: str) -> None:
    for line in commands((ROOT / page).read_text()):
        program, *words = line.split()
        assert (ROOT / program).exists(), line
        if program == "bin/heatwake" and words:
            asked = re.sub(r'"[^"]*"', "WORD", line).split()[1:]
            parser().parse_args(["1" if word == "ID" else word for word in asked])
        if program == "bin/bench" and words:
            assert (ROOT / "bench" / f"{words[0]}.py").exists() or (ROOT / "bench" / words[0]).is_dir(), line


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", (ROOT / page).read_text()):
        if not target.startswith("https://"):
            assert (ROOT / target).exists(), target


def test_every_page_of_the_documentation_is_in_the_index() -> None:
    index = README.partition("## Documentation")[2]
    for page in sorted((ROOT / "docs").glob("*.md")):
        assert f"docs/{page.name}" in index, page.name


def test_the_snippet_is_the_one_that_the_command_prints() -> None:
    settings = load({"HEATWAKE_EDGE_PUBLIC_URL": "https://heat.example.com"})
    assert site_snippet(settings, "SITE_KEY") in README


def test_the_shop_carries_the_same_snippet() -> None:
    settings = load({"HEATWAKE_EDGE_PUBLIC_URL": "https://heat.example.com"})
    lines = site_snippet(settings, "__SITE_KEY__").replace("https://heat.example.com", "__EDGE__").splitlines()
    pages = sorted((ROOT / "shop").glob("*.html"))
    assert pages
    for page in pages:
        standing = [line.strip() for line in page.read_text().splitlines()]
        assert all(line in standing for line in lines), page.name


def test_pictures_are_of_a_size_that_can_be_loaded() -> None:
    pictures = [ROOT / name for name in re.findall(r"!\[[^]]*\]\(([^)]+)\)", README)]
    assert pictures
    for picture in pictures:
        assert picture.stat().st_size < MOST_BYTES, picture
        assert width(picture) >= 1000, picture


def width(png: Path) -> int:
    """The width of a PNG in pixels."""
    head = png.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n", png
    return int(struct.unpack(">I", head[16:20])[0])
