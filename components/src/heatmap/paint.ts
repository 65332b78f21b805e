/** Draws heat onto a canvas that lies over the page. */
import { density, heat, hottest } from "./density";
import { lookup, type Ramp } from "./ramps";
import type { Depths } from "./scroll_depth";
import { colourAt } from "./ramps";

const MOST_CELLS = 1_500_000;

export interface PageSize {
  width: number;
  height: number;
}

/** Cells a page px: as fine as the screen shows it, within what a canvas can hold. */
export function gridScale(page: PageSize, shown: number): number {
  const bySize = Math.sqrt(MOST_CELLS / Math.max(1, page.width * page.height));
  return Math.min(shown, bySize, 16_000 / Math.max(page.width, page.height));
}

/** Paints points' density; answers the density that is drawn hottest. */
export function paintDensity(canvas: HTMLCanvasElement, points: Float32Array, page: PageSize, shown: number, radius: number, ramp: Ramp): number {
  const grid = density(points, page.width, page.height, gridScale(page, shown), radius);
  canvas.width = grid.columns;
  canvas.height = grid.rows;
  const top = Math.max(1, hottest(grid));
  const colours = lookup(ramp);
  const image = new ImageData(grid.columns, grid.rows);
  for (let cell = 0; cell < grid.values.length; cell++) {
    const value = grid.values[cell]!;
    if (value < 0.01) continue;
    const colour = Math.round(heat(value, top) * 255) * 4;
    image.data.set(colours.subarray(colour, colour + 4), cell * 4);
  }
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return top;
}

/** Paints how many views reached each depth, as bands of one colour each: the more views, the warmer. */
export function paintDepth(canvas: HTMLCanvasElement, depths: Depths, page: PageSize): void {
  canvas.width = 1;
  canvas.height = Math.max(1, Math.min(4000, Math.round(page.height)));
  const context = canvas.getContext("2d");
  if (!context) return;
  context.clearRect(0, 0, 1, canvas.height);
  for (const band of depths.bands) {
    const [red, green, blue] = colourAt("warm", 0.12 + 0.88 * band.share);
    context.fillStyle = `rgba(${red}, ${green}, ${blue}, 0.62)`;
    const from = Math.round(band.from * canvas.height);
    context.fillRect(0, from, 1, Math.round(band.to * canvas.height) - from);
  }
}
