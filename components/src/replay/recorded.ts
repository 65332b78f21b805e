/**
 * The shapes of recorded data as the player knows them, after reading and cleaning.
 *
 * What arrives is anybody's JSON (a recording can be forged), so nothing is typed as rrweb's own event before
 * `readRecording` and `cleanEvent` have looked at it.
 */

/** rrweb's event types. */
export const EVENT = { DomContentLoaded: 0, Load: 1, FullSnapshot: 2, Incremental: 3, Meta: 4, Custom: 5, Plugin: 6 } as const;

/** rrweb's sources of an incremental event. */
export const SOURCE = {
  Mutation: 0,
  MouseMove: 1,
  MouseInteraction: 2,
  Scroll: 3,
  ViewportResize: 4,
  Input: 5,
  TouchMove: 6,
  MediaInteraction: 7,
  StyleSheetRule: 8,
  CanvasMutation: 9,
  Font: 10,
  Log: 11,
  Drag: 12,
  StyleDeclaration: 13,
  Selection: 14,
  AdoptedStyleSheet: 15,
  CustomElement: 16,
} as const;

/** rrweb's node types. */
export const NODE = { Document: 0, DocumentType: 1, Element: 2, Text: 3, Cdata: 4, Comment: 5 } as const;

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json | undefined;
}

/** A serialized node; only `type` and `id` are certain. */
export interface RecordedNode extends JsonObject {
  type: number;
  id: number;
}

/** An event whose type, time (unix ms) and data have been checked. */
export interface RecordedEvent {
  type: number;
  timestamp: number;
  data: JsonObject;
  /** It was there before, and comes again to rebuild the page of a tab that the visitor went back to. */
  again?: true;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

export function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
