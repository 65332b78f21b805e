/** Rage clicks: the third within a second each at the same place. */
import { FIELDS } from "../masking";

const CLICKS = 3;
const APART_MS = 1_000;
const NEAR_PX = 30;

/** Tells of each click whether it makes a series one of rage; true once a series. */
export function newRage(): (event: MouseEvent, target: Element) => boolean {
  let series = 0;
  let last: MouseEvent | null = null;
  return (event, target) => {
    const near =
      last && event.timeStamp - last.timeStamp < APART_MS && Math.hypot(event.clientX - last.clientX, event.clientY - last.clientY) < NEAR_PX;
    series = near ? series + 1 : 1;
    last = event;
    // Three clicks select a paragraph, or what is in a field.
    return series === CLICKS && !target.closest(FIELDS) && getSelection()?.type !== "Range";
  };
}
