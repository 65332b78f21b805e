/** The map as a PNG: the page drawn from its own document by way of an SVG, the heat over it. */

export interface Layers {
  page: Document;
  heat: HTMLCanvasElement;
  /** CSS px of the page. */
  width: number;
  height: number;
  /** What lies between page and heat, a CSS colour. */
  veil: string;
  opacity: number;
}

const MOST_PIXELS = 40_000_000;

/** Draws the layers, two pixels a CSS px where the page is short enough. */
export async function pictureOf({ page, heat, width, height, veil, opacity }: Layers): Promise<Blob> {
  const scale = Math.min(2, Math.sqrt(MOST_PIXELS / (width * height)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser can't draw the picture.");
  context.scale(scale, scale);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(await loaded(await svgOf(page, width, height)), 0, 0, width, height);
  context.fillStyle = veil;
  context.fillRect(0, 0, width, height);
  context.globalAlpha = opacity;
  context.drawImage(heat, 0, 0, width, height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (!blob) throw new Error("The picture is too large for this browser.");
  return blob;
}

/** The page as the address of an SVG that needs nothing from outside, so that a canvas may be read after drawing it. */
async function svgOf(page: Document, width: number, height: number): Promise<string> {
  const root = page.documentElement.cloneNode(true) as HTMLElement;
  root.querySelectorAll("script, noscript, link, meta, iframe").forEach((element) => element.remove());
  const originals = [...page.querySelectorAll("img")];
  await Promise.all([...root.querySelectorAll("img")].map((image, index) => inline(image, originals[index]?.currentSrc ?? "")));
  root.setAttribute("xmlns", "http://www.w3.org/1999/xhtml");
  const view = page.defaultView;
  const [html, body] = [view?.getComputedStyle(page.documentElement), page.body && view?.getComputedStyle(page.body)];
  const ground = [html, body].map((style) => style?.backgroundColor).find((colour) => colour && colour !== "rgba(0, 0, 0, 0)");
  root.style.background = ground ?? "#fff";
  root.style.minHeight = `${height}px`;
  const text = new XMLSerializer().serializeToString(root);
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" style="font-size:${html?.fontSize ?? "16px"}">` +
    `<foreignObject width="100%" height="100%">${text}</foreignObject></svg>`;
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
}

/** Puts the picture itself where its address stood; one that can't be had stays an empty box of its size. */
async function inline(image: HTMLImageElement, address: string): Promise<void> {
  image.removeAttribute("srcset");
  image.removeAttribute("loading");
  if (!address || address.startsWith("data:")) return;
  image.removeAttribute("src");
  try {
    const blob = await (await fetch(address)).blob();
    image.src = await new Promise<string>((done, failed) => {
      const reader = new FileReader();
      reader.onload = () => done(String(reader.result));
      reader.onerror = () => failed(reader.error);
      reader.readAsDataURL(blob);
    });
  } catch {
    image.alt = "";
  }
}

async function loaded(address: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}

/** Hands `blob` to the viewer as a file. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
