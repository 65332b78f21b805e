/** How a recorded viewport is laid into the room that the player has. */

/** Height of the stage in a player `width` px wide: wide as a film, but never a slit nor taller than a screen. */
export function stageHeight(width: number, given: number | undefined, bars: number): number {
  if (given && given > 0) return Math.max(160, given - bars);
  return Math.round(Math.min(Math.max(width * 0.5625, 280), 720));
}

/** The scale at which `page` fits `room`; pages are made smaller, never larger. */
export function fitScale(page: { width: number; height: number }, room: { width: number; height: number }): number {
  if (page.width <= 0 || page.height <= 0) return 1;
  return Math.min(1, room.width / page.width, room.height / page.height);
}
