"""How many pixels of two pictures differ, counted by a browser's own canvas."""

from __future__ import annotations

import base64
from pathlib import Path

from playwright.sync_api import Page

# A pixel differs if one of its colours does by more than `most`, and no pixel beside it in the other picture is closer:
# the edges of letters fall between pixels, and are drawn a shade lighter or darker each time.
_DIFFERING = """async ([first, second, most]) => {
  const read = async (png) => {
    const image = new Image();
    image.src = "data:image/png;base64," + png;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const pen = canvas.getContext("2d", {willReadFrequently: true});
    pen.drawImage(image, 0, 0);
    return pen.getImageData(0, 0, image.width, image.height);
  };
  const [a, b] = [await read(first), await read(second)];
  if (a.width !== b.width || a.height !== b.height) return [1, ""];
  const {width, height} = a, [p, q] = [a.data, b.data];
  const far = (one, m, other, n) => [0, 1, 2].some((c) => Math.abs(one[m + c] - other[n + c]) > most);
  const nowhere = (one, other, x, y) => {
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++)
        if (!far(one, (y * width + x) * 4, other, (v * width + u) * 4)) return false;
    return true;
  };
  const seen = new ImageData(width, height);
  let differing = 0;
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const at = (y * width + x) * 4;
    const differs = far(p, at, q, at) && (nowhere(p, q, x, y) || nowhere(q, p, x, y));
    if (differs) differing++;
    seen.data.set(differs ? [220, 0, 0, 255] : [p[at], p[at + 1], p[at + 2], 60], at);
  }
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d").putImageData(seen, 0, 0);
  const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return [differing / (width * height), btoa(text)];
}"""
MOST = 32  # of 255


def differing(page: Page, first: bytes, second: bytes, picture: Path | None = None) -> float:
    """The share of pixels that differ, 1 for pictures of different sizes. `page` does the work; `picture`: where to
    show which they are."""
    encoded = [base64.b64encode(png).decode() for png in (first, second)]
    share, shown = page.evaluate(_DIFFERING, [*encoded, MOST])
    if picture is not None and shown:
        picture.write_bytes(base64.b64decode(shown))
    return float(share)
