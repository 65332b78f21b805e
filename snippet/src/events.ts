/** Events as `docs/protocol.md` has them. */

export type Props = Record<string, string | number | boolean>;

export interface PageEvent {
  k: "page";
  url: string;
  title: string;
  ref: string;
  nav: "load" | "spa" | "back";
  vw: number;
  vh: number;
  dh: number;
  sw: number;
  lang: string;
}

export interface Click {
  k: "click" | "tap" | "rage" | "dead" | "error";
  el: string;
  fx: number;
  fy: number;
  b: [number, number, number, number];
  text: string;
}

export interface Move {
  k: "move";
  m: [number, string, number, number][];
}

export interface Scroll {
  k: "scroll";
  d: number;
  dh: number;
}

export interface Custom {
  k: "event";
  name: string;
  props: Props;
}

export interface Identify {
  k: "identify";
  id: string;
  traits: Props;
}

export interface Leave {
  k: "leave";
  d: number;
  dh: number;
  ms: number;
}

export type TrackedEvent = PageEvent | Click | Move | Scroll | Custom | Identify | Leave;
export type Emit = (event: TrackedEvent & { t?: number }) => void;
