/** How dense points lie: each a Gaussian hill as high as its count, added up on a grid. */

export interface Grid {
  columns: number;
  rows: number;
  /** Row by row. */
  values: Float32Array;
}

/**
 * The density of `points` (x, y, count in page px, one after the other).
 *
 * `scale`: cells a page px (below 1: coarser than the page). `radius`: where a hill ends, page px; its standard deviation
 * is a third of it. The hill of one point with count 1 is 1 high.
 */
export function density(points: Float32Array, width: number, height: number, scale: number, radius: number): Grid {
  const columns = Math.max(1, Math.ceil(width * scale));
  const rows = Math.max(1, Math.ceil(height * scale));
  const values = new Float32Array(columns * rows);
  const reach = Math.max(1, Math.round(radius * scale));
  const hill = hillOf(reach);
  const side = 2 * reach + 1;
  for (let i = 0; i + 2 < points.length; i += 3) {
    const column = Math.min(columns - 1, Math.floor(points[i]! * scale));
    const row = Math.min(rows - 1, Math.floor(points[i + 1]! * scale));
    const count = points[i + 2]!;
    const fromX = Math.max(-reach, -column);
    const toX = Math.min(reach, columns - 1 - column);
    for (let dy = Math.max(-reach, -row); dy <= Math.min(reach, rows - 1 - row); dy++) {
      const line = (row + dy) * columns + column;
      const from = (dy + reach) * side + reach;
      for (let dx = fromX; dx <= toX; dx++) values[line + dx]! += count * hill[from + dx]!;
    }
  }
  return { columns, rows, values };
}

function hillOf(reach: number): Float32Array {
  const side = 2 * reach + 1;
  const spread = 2 * (reach / 3) ** 2;
  const hill = new Float32Array(side * side);
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      const distance = x * x + y * y;
      if (distance <= reach * reach) hill[(y + reach) * side + x + reach] = Math.exp(-distance / spread);
    }
  }
  return hill;
}

/**
 * What counts as hottest: the 99.9th percentile of the cells that are not empty, so that one place that is clicked a
 * thousand times as often as all others leaves those visible. 0 for an empty grid.
 */
export function hottest(grid: Grid): number {
  const filled = grid.values.filter((value) => value > 0.01).sort();
  return filled.length ? filled[Math.min(filled.length - 1, Math.floor(filled.length * 0.999))]! : 0;
}

/** Heat of a density, 0 to 1, on a logarithmic scale up to `top`. */
export function heat(value: number, top: number): number {
  return top > 0 ? Math.min(1, Math.log1p(value) / Math.log1p(top)) : 0;
}
