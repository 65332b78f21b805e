/** Which stretches of a recording have been loaded. Times in ms; ends are not included. */
export class LoadedRanges {
  private ranges: { from: number; until: number }[] = [];

  add(from: number, until: number): void {
    if (until <= from) return;
    const touching = this.ranges.filter((range) => range.from <= until && range.until >= from);
    const whole = { from: Math.min(from, ...touching.map((range) => range.from)), until: Math.max(until, ...touching.map((range) => range.until)) };
    this.ranges = [...this.ranges.filter((range) => !touching.includes(range)), whole].sort((a, b) => a.from - b.from);
  }

  has(ms: number): boolean {
    return this.ranges.some((range) => ms >= range.from && ms < range.until);
  }

  /** Where to load on: behind what is loaded around `ms`, else the first gap from the beginning; null when all is there. */
  gap(ms: number): number | null {
    const around = this.ranges.find((range) => ms >= range.from && ms < range.until);
    if (!around) return ms;
    if (around.until !== Infinity) return around.until;
    const [first] = this.ranges;
    return first && first.from > 0 ? 0 : first && first.until !== Infinity ? first.until : null;
  }
}
