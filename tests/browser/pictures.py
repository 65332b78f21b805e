"""How much two pictures differ, counted by a browser's own canvas."""

from __future__ import annotations

import base64

from playwright.sync_api import Page

# Both at one size, so that a scaled frame can be held against the page; 0 is the same, 1 is black and white.
_DIFFERENCE = """async ([first, second, width, height]) => {
  const pixels = async (png) => {
    const image = new Image();
    image.src = "data:image/png;base64," + png;
    await image.decode();
    const canvas = new OffscreenCanvas(width, height);
    const pen = canvas.getContext("2d");
    pen.imageSmoothingQuality = "high";
    pen.drawImage(image, 0, 0, width, height);
    return pen.getImageData(0, 0, width, height).data;
  };
  const [a, b] = [await pixels(first), await pixels(second)];
  let sum = 0;
  for (let n = 0; n < a.length; n++) sum += Math.abs(a[n] - b[n]);
  return sum / (a.length * 0.75 * 255);
}"""


def difference(page: Page, first: bytes, second: bytes, width: int = 320, height: int = 200) -> float:
    """The mean difference of two PNGs over all pixels and colours, from 0 to 1; `page` does the work."""
    encoded = [base64.b64encode(png).decode() for png in (first, second)]
    value: float = page.evaluate(_DIFFERENCE, [*encoded, width, height])
    return value
