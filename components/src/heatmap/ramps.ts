/**
 * Colour scales that also the colour-blind can read: their lightness grows evenly. Inferno for clicks and taps, viridis
 * for movement, both from matplotlib (CC0), at nine points each.
 */

export type Ramp = "warm" | "cool";

const STOPS: Record<Ramp, readonly string[]> = {
  warm: ["000004", "1f0c48", "550f6d", "88226a", "ba3655", "e35933", "f98c0a", "f9c932", "fcffa4"],
  cool: ["440154", "472d7b", "3b528b", "2c728e", "21918c", "28ae80", "5ec962", "addc30", "fde725"],
};

/** The colour at `share` (0 to 1) as [red, green, blue], 0 to 255. */
export function colourAt(ramp: Ramp, share: number): [number, number, number] {
  const stops = STOPS[ramp];
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(at));
  const mix = (channel: number): number => {
    const part = (stop: string): number => parseInt(stop.slice(channel * 2, channel * 2 + 2), 16);
    return Math.round(part(stops[index]!) + (part(stops[index + 1]!) - part(stops[index]!)) * (at - index));
  };
  return [mix(0), mix(1), mix(2)];
}

/** 256 colours as RGBA bytes: faint heat is transparent, and the darkest tenth of the scale is left out. */
export function lookup(ramp: Ramp): Uint8ClampedArray {
  const table = new Uint8ClampedArray(256 * 4);
  for (let i = 0; i < 256; i++) {
    const share = i / 255;
    table.set(colourAt(ramp, 0.12 + 0.88 * share), i * 4);
    table[i * 4 + 3] = Math.round(255 * Math.min(1, Math.max(0, (share - 0.04) / 0.3)) * 0.92);
  }
  return table;
}

/** The scale as a CSS gradient, for a legend. */
export function gradient(ramp: Ramp): string {
  const colours = Array.from({ length: 9 }, (_, i) => `rgb(${colourAt(ramp, 0.12 + (0.88 * i) / 8).join(",")})`);
  return `linear-gradient(90deg, ${colours.join(", ")})`;
}
