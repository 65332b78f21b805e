"""A page of what no theme shows: shadow roots, adopted and unreadable stylesheets, frames, a canvas, a dialog, a set of
pictures, a base address, rules that a script has inserted, a poster, colours for the dark."""

from __future__ import annotations

import struct
import zlib

from bench.corpus.pages import CorpusPage
from bench.corpus.site import CorpusSite

PAGE = CorpusPage("odd", "page.html")
_HTML = """<!doctype html><html lang=en><head><meta charset=utf-8><title>Odd</title><base href="/odd/files/">
<link rel=stylesheet href="OTHER/odd/files/unreadable.css">
<style>
  @media (prefers-color-scheme: dark) { body { background: #123; color: #eee } }
  body { margin: 0; font: 16px sans-serif; height: 1400px } .row { display: flex; gap: 10px; padding: 10px }
  .box { width: 120px; height: 80px } .drawn { background: url(red.png) }
  dialog::backdrop { background: rgba(0, 0, 0, .5) }
</style></head><body>
<div class=row><img class=box src=blue.png alt=""><img class=box srcset="green.png 1x, violet.png 2x" alt="">
  <picture><source media="(min-width: 400px)" srcset=red.png><img class=box src=blue.png alt=""></picture>
  <div class="box drawn"></div><div class="box far"></div><div class="box farther"></div></div>
<div class=row><canvas width=120 height=80></canvas><video class=box poster=green.png></video>
  <svg class=box><image href=blue.png width=60 height=80 /><circle cx=90 cy=40 r=20 fill=purple /></svg>
  <iframe class=box srcdoc="<body style='margin:0;background:url(/odd/files/green.png)'>Framed</body>"></iframe>
  <div id=host class=box></div><div class="box inserted"></div></div>
<button id=open onclick="document.querySelector('dialog').showModal()">Open</button>
<dialog><p>What a dialog says</p><img class=box src=red.png alt=""></dialog>
<script>
  const pen = document.querySelector('canvas').getContext('2d');
  pen.fillStyle = '#0a7'; pen.fillRect(10, 10, 60, 50); pen.fillStyle = '#d40'; pen.fillRect(60, 30, 50, 40);
  const root = document.querySelector('#host').attachShadow({mode: 'open'});
  root.innerHTML = '<style>:host { background: url(/odd/files/blue.png) }</style><p>In the shadow</p>';
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('p { color: white; font-weight: bold; border: 4px solid orange }');
  root.adoptedStyleSheets = [sheet];
  const last = document.styleSheets[document.styleSheets.length - 1];
  last.insertRule('.inserted { background: url("red.png"); border-radius: 40px }');
</script></body></html>"""


def put(site: CorpusSite, other: CorpusSite) -> None:
    """The page onto `site`, the stylesheet that it can't read onto `other`, another origin."""
    site.own["/odd/page.html"] = _HTML.replace("OTHER", other.origin).encode()
    for name, colour in {
        "red": (200, 40, 40),
        "green": (40, 160, 60),
        "blue": (40, 80, 200),
        "violet": (130, 40, 180),
    }.items():
        site.own[f"/odd/files/{name}.png"] = other.own[f"/odd/files/{name}.png"] = _png(colour)
    other.own["/odd/files/unreadable.css"] = b"@import 'more.css'; .far { background: url(green.png) }"
    other.own["/odd/files/more.css"] = b".farther { background: url('blue.png'); outline: 5px dashed #c0c }"


def _png(colour: tuple[int, int, int], width: int = 120, height: int = 80) -> bytes:
    """A picture of one colour with a white stripe."""

    def part(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    line = b"\0" + bytes(colour) * width
    stripe = b"\0" + b"\xff" * 3 * width
    rows = b"".join(stripe if 30 <= y < 40 else line for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")
