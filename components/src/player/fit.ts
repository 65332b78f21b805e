/** How a recorded viewport is laid into the room that the player has. */

/**
 * Height of the stage in a player `width` px wide: wide as a film, but never a slit, and with its bars no taller than a
 * `screen`. `given`: height that the whole player was told to have, `bars` of it not for the stage.
 */
export function stageHeight(width: number, given: number | undefined, screen: number, bars: number): number {
  if (given && given > 0) return Math.max(160, given - bars);
  return Math.round(Math.max(280, Math.min(width * 0.5625, screen * 0.68, 820)));
}

/** The scale at which `page` fits `room`; pages are made smaller, never larger. */
export function fitScale(page: { width: number; height: number }, room: { width: number; height: number }): number {
  if (page.width <= 0 || page.height <= 0) return 1;
  return Math.max(0, Math.min(1, room.width / page.width, room.height / page.height));
}
