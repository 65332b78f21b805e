/**
 * The page views of a session as one film. Tabs lie side by side in time; what is shown is the one in which the visitor
 * last did something, or that was opened last. Going back to a tab rebuilds its page from all that has happened in it.
 */
import { weight } from "./weights";
import { EVENT, SOURCE, type RecordedEvent } from "./recorded";

export interface TabEvent {
  view: string;
  event: RecordedEvent;
}

interface Tab {
  meta: RecordedEvent | null;
  /** From its last picture on, all that makes it look as it does. */
  history: RecordedEvent[];
}

const LOOKS = new Set<unknown>([
  SOURCE.Mutation, SOURCE.Scroll, SOURCE.ViewportResize, SOURCE.Input, SOURCE.StyleSheetRule, SOURCE.StyleDeclaration, SOURCE.AdoptedStyleSheet,
]);
const DEFAULT_SIZE = { href: "", width: 1280, height: 720 };

/** Events in the order of their time, of one tab after the other. `headless`: those of a page of which there is no picture. */
export function joinTabs(given: TabEvent[]): { events: RecordedEvent[]; headless: number } {
  const tabs = new Map<string, Tab>();
  const events: RecordedEvent[] = [];
  let shown = "";
  let headless = 0;
  for (const { view, event } of given) {
    const tab = tabs.get(view) ?? { meta: null, history: [] };
    tabs.set(view, tab);
    if (event.type === EVENT.Meta) {
      tab.meta = event;
      if (tab.history.length) tab.history.push(event);
      if (tab.history.length && view === shown) events.push(event);
    } else if (event.type === EVENT.FullSnapshot) {
      const opened = tab.history.length === 0;
      const meta = tab.meta ?? sizeOf(given, view, event);
      if (opened || view === shown) {
        // A size that came before it and was shown already is not told twice.
        if (events[events.length - 1] !== meta) events.push(opened && shown ? at(meta, event.timestamp) : meta);
        events.push(event);
        shown = view;
      }
      tab.history = [meta, event];
    } else if (!tab.history.length) {
      if (event.type === EVENT.Incremental) headless++;
    } else {
      if (view !== shown && weight(event) > 0) {
        for (const before of tab.history) events.push({ ...at(before, event.timestamp), again: true });
        shown = view;
      }
      if (looks(event)) tab.history.push(event);
      if (view === shown) events.push(event);
    }
  }
  return { events, headless };
}

function looks(event: RecordedEvent): boolean {
  return event.type === EVENT.Incremental && LOOKS.has(event.data["source"]);
}

function at(event: RecordedEvent, timestamp: number): RecordedEvent {
  return event.timestamp === timestamp ? event : { ...event, timestamp };
}

/** A picture without a size gets that of the page view's next, or a common one. */
function sizeOf(given: TabEvent[], view: string, picture: RecordedEvent): RecordedEvent {
  const later = given.find((each) => each.view === view && each.event.type === EVENT.Meta);
  return { type: EVENT.Meta, timestamp: picture.timestamp, data: { ...DEFAULT_SIZE, ...later?.event.data } };
}
