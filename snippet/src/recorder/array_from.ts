/** `Array.from` as the standard has it, for rrweb: some old libraries replace the page's. */
export function arrayFrom<T, U = T>(source: Iterable<T> | ArrayLike<T>, map?: (value: T, at: number) => U): U[] {
  const all: T[] = typeof (source as Iterable<T>)[Symbol.iterator] === "function" ? [...(source as Iterable<T>)] : Array.prototype.slice.call(source);
  return map ? all.map(map) : (all as unknown as U[]);
}
