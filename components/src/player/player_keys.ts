/** What the player's keys do. */
import type { Chapter, Mark } from "./chapters";
import { SPEEDS } from "./Controls";

export interface KeyActions {
  position: number;
  durationMs: number;
  speed: number;
  chapters: Chapter[];
  marks: Mark[];
  toggle(): void;
  seek(ms: number): void;
  setSpeed(speed: number): void;
  toggleSkip(): void;
  toggleTrail(): void;
  toggleFullscreen(): void;
  toggleShortcuts(): void;
  /** Asks the page around the player for something that only it can do. */
  ask(what: "note" | "next" | "previous"): void;
}

const STEP_MS = 5_000;
const LONG_STEP_MS = 30_000;
/** Going back within this time after a place leads to the one before it. */
const JUST_MS = 1_200;

/** The action of a key, or undefined. `onButton`: the focus is on a button, whose own keys space and enter are. */
export function keyAction(key: string, onButton: boolean, actions: KeyActions): (() => void) | undefined {
  const { position, durationMs, speed, seek } = actions;
  const places = (items: { at: number }[]): number[] => [0, ...items.map((item) => item.at)];
  const before = (items: { at: number }[]): number => Math.max(...places(items).filter((at) => at < position - JUST_MS), 0);
  const after = (items: { at: number }[]): number => Math.min(...places(items).filter((at) => at > position + 1), durationMs);
  const faster = (by: 1 | -1): void => {
    const now = SPEEDS.findIndex((each) => each >= speed);
    actions.setSpeed(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, (now < 0 ? SPEEDS.length - 1 : now) + by))] ?? 1);
  };
  if (/^[0-9]$/.test(key)) return () => seek((durationMs * Number(key)) / 10);
  switch (key) {
    case " ":
      return onButton ? undefined : actions.toggle;
    case "k":
      return actions.toggle;
    case "ArrowLeft":
      return () => seek(position - STEP_MS);
    case "ArrowRight":
      return () => seek(position + STEP_MS);
    case "j":
      return () => seek(position - LONG_STEP_MS);
    case "l":
      return () => seek(position + LONG_STEP_MS);
    case "Home":
      return () => seek(0);
    case "End":
      return () => seek(durationMs);
    case "[":
      return () => seek(before(actions.chapters));
    case "]":
      return () => seek(after(actions.chapters));
    case ",":
      return () => seek(before(actions.marks));
    case ".":
      return () => seek(after(actions.marks));
    case "<":
      return () => faster(-1);
    case ">":
      return () => faster(1);
    case "f":
      return actions.toggleFullscreen;
    case "s":
      return actions.toggleSkip;
    case "t":
      return actions.toggleTrail;
    case "?":
      return actions.toggleShortcuts;
    case "n":
      return () => actions.ask("note");
    case "N":
      return () => actions.ask("next");
    case "P":
      return () => actions.ask("previous");
    default:
      return undefined;
  }
}
