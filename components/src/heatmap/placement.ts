/** From points on elements to points on the page at the width at which it is shown. What has no place is counted. */
import { contains, type SeenBox } from "./boxes";

/** [selector, fx, fy, count]; fx and fy are fractions of the element's box, 0 to 255. */
export type ElementPoint = [string, number, number, number];

export interface Placed {
  /** x, y (CSS px of the page) and count, one after the other. */
  points: Float32Array;
  placed: number;
  unplaced: number;
}

/** `boxOf` answers an element's box by its selector, null when it is not there or does not show. */
export function place(points: readonly unknown[], boxOf: (selector: string) => SeenBox | null): Placed {
  const found: number[] = [];
  let placed = 0;
  let unplaced = 0;
  for (const point of points) {
    const read = readPoint(point);
    if (!read) continue;
    const [selector, fx, fy, count] = read;
    const box = boxOf(selector);
    const x = box ? box.whole.x + (fx / 255) * box.whole.width : 0;
    const y = box ? box.whole.y + (fy / 255) * box.whole.height : 0;
    if (box && contains(box.seen, x, y)) {
      found.push(x, y, count);
      placed += count;
    } else {
      unplaced += count;
    }
  }
  return { points: Float32Array.from(found), placed, unplaced };
}

function readPoint(point: unknown): ElementPoint | null {
  if (!Array.isArray(point)) return null;
  const [selector, fx, fy, count] = point as unknown[];
  const numbers = [fx, fy, count].every((value) => typeof value === "number" && Number.isFinite(value) && value >= 0);
  if (typeof selector !== "string" || !numbers || (count as number) === 0) return null;
  return [selector, Math.min(255, fx as number), Math.min(255, fy as number), count as number];
}
