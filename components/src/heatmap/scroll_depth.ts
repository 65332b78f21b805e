/** How far down a page its views went: bands of the page by the share of views that reached them. */

export interface Band {
  /** From and to, shares of the page's height, 0 to 1. */
  from: number;
  to: number;
  /** Share of views that reached its lower end, 0 to 1, and how many they are. */
  share: number;
  views: number;
}

export interface Depths {
  bands: Band[];
  views: number;
  /** Depth that half of the views reached, share of the page's height; null without views. */
  median: number | null;
}

/** `scroll`: [depth in %, views that went at least so deep], whatever it holds. */
export function depthsOf(scroll: readonly unknown[]): Depths {
  const marks = scroll
    .flatMap((mark): [number, number][] => {
      if (!Array.isArray(mark)) return [];
      const [depth, views] = mark as unknown[];
      const fits = typeof depth === "number" && typeof views === "number" && depth >= 0 && depth <= 100 && views >= 0;
      return fits ? [[depth / 100, views]] : [];
    })
    .sort((a, b) => a[0] - b[0]);
  const views = Math.max(0, ...marks.map(([, count]) => count));
  const bands = marks.flatMap(([to, count], index): Band[] => {
    const from = index ? marks[index - 1]![0] : 0;
    return to > from ? [{ from, to, views: count, share: views ? count / views : 0 }] : [];
  });
  return { bands, views, median: views ? depthReached(bands, 0.5) : null };
}

/** How deep `share` of the views went, interpolated within a band. */
export function depthReached(bands: Band[], share: number): number {
  let above = { at: 0, share: 1 };
  for (const band of bands) {
    if (band.share < share) {
      const fall = above.share - band.share;
      return above.at + (fall > 0 ? ((above.share - share) / fall) * (band.to - above.at) : 0);
    }
    above = { at: band.to, share: band.share };
  }
  return above.at;
}
