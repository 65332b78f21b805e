/**
 * Events as rrweb's Replayer may have them: each of a known form, with clean nodes, attributes and CSS.
 *
 * Works through a recording in order, because what a change of an attribute means depends on the element it changes.
 */
import { canvasFrame } from "./canvas_frames";
import { cleanAttributes, type Cleaning } from "./clean_attributes";
import { cleanNode, isId, type Tags } from "./clean_nodes";
import { cleanCss, decideScheme } from "./clean_css";
import { Limits, Rate } from "./limits";
import type { LoadPolicy } from "./policy";
import { EVENT, isNumber, isObject, objects, SOURCE, type JsonObject, type RecordedEvent } from "./recorded";

const KEPT_AS_IS = new Set<number>([SOURCE.MouseInteraction, SOURCE.Scroll, SOURCE.Input, SOURCE.Selection]);
const LARGEST_SIDE = 20_000;

/** Cleans a recording's events one after the other; `null` for an event of which nothing can be used. */
export class EventCleaner {
  /** What was too much to be shown. */
  cut = 0;
  private readonly tags: Tags = new Map();
  private readonly rate = new Rate();
  private readonly cleaning: Cleaning;
  /** The colours that the visitor wanted; undefined in recordings that do not tell. */
  private dark: boolean | undefined;

  constructor(policy: LoadPolicy, css: (css: string) => string = (same) => same) {
    this.cleaning = {
      policy,
      limits: this.limits(),
      css: (text) => css(this.scheme(cleanCss(this.cleaning.limits.css(text), policy))),
      media: (text) => this.scheme(text),
    };
  }

  private limits(): Limits {
    return new Limits(() => this.cut++);
  }

  private scheme(css: string): string {
    return this.dark === undefined ? css : decideScheme(css, this.dark);
  }

  clean(event: RecordedEvent): RecordedEvent | null {
    const data = this.data(event);
    return data && { type: event.type, timestamp: event.timestamp, data };
  }

  private data({ type, data, timestamp }: RecordedEvent): JsonObject | null {
    switch (type) {
      case EVENT.Meta:
        this.dark = typeof data["dark"] === "boolean" ? data["dark"] : undefined;
        return validSize(data) && { href: String(data["href"] ?? ""), width: data["width"], height: data["height"] };
      case EVENT.FullSnapshot: {
        this.tags.clear();
        this.cleaning.limits = this.limits();
        const node = cleanNode(data["node"], this.cleaning, this.tags);
        const usable = node?.type === 0 && objects(node["childNodes"]).some((child) => child["type"] === 2);
        return usable ? { node, initialOffset: offset(data["initialOffset"]) } : null;
      }
      case EVENT.Incremental:
        return isId(data["id"] ?? 1) ? this.incremental(data, timestamp) : null;
      case EVENT.Custom:
        return { tag: String(data["tag"] ?? ""), payload: {} };
      default:
        return null;
    }
  }

  private incremental(data: JsonObject, at: number): JsonObject | null {
    const source = data["source"];
    const { css } = this.cleaning;
    switch (source) {
      case SOURCE.Mutation:
        return this.mutation(data);
      case SOURCE.MouseMove:
      case SOURCE.TouchMove:
      case SOURCE.Drag: {
        const positions = objects(data["positions"]).filter((p) => ["x", "y", "id", "timeOffset"].every((key) => isNumber(p[key])));
        return positions.length ? { source, positions } : null;
      }
      case SOURCE.ViewportResize:
        return validSize(data);
      case SOURCE.StyleSheetRule: {
        const adds = objects(data["adds"]).map((add) => ({ ...add, rule: css(String(add["rule"] ?? "")) }));
        const whole = (name: string): JsonObject => (typeof data[name] === "string" ? { [name]: css(data[name]) } : {});
        return { ...data, ...(data["adds"] ? { adds } : {}), ...whole("replace"), ...whole("replaceSync") };
      }
      case SOURCE.StyleDeclaration: {
        const set = data["set"];
        return isObject(set) ? { ...data, set: { ...set, value: css(String(set["value"] ?? "")) } } : data;
      }
      case SOURCE.AdoptedStyleSheet: {
        const styles = objects(data["styles"]).map((style) => ({
          ...style,
          rules: objects(style["rules"]).map((rule) => ({ ...rule, rule: css(String(rule["rule"] ?? "")) })),
        }));
        return { ...data, ...(data["styles"] ? { styles } : {}) };
      }
      case SOURCE.CanvasMutation:
        return canvasFrame(data);
      default:
        return isNumber(source) && KEPT_AS_IS.has(source) ? this.keptAsIs(data, at) : null;
    }
  }

  private keptAsIs(data: JsonObject, at: number): JsonObject | null {
    if (data["source"] === SOURCE.Selection) {
      const ranges = objects(data["ranges"]).filter(({ start, end }) => isId(start) && isId(end));
      return ranges.length ? { ...data, ranges } : null;
    }
    if (!isId(data["id"])) return null;
    // rrweb knows eleven kinds of these, and each costs a layout of the page: nobody clicks this often.
    if (data["source"] === SOURCE.MouseInteraction && !(isId(Number(data["type"]) + 1) && Number(data["type"]) <= 10 && this.rate.allows(at))) return null;
    const typed = data["text"];
    return typeof typed === "string" ? { ...data, text: this.cleaning.limits.text(typed) } : data;
  }

  private mutation(data: JsonObject): JsonObject {
    const { cleaning, tags } = this;
    const { named } = cleaning.limits;
    const adds = objects(data["adds"]).flatMap((add) => {
      const parentId = Number(add["parentId"]);
      const parent = tags.get(parentId) ?? "";
      const node = isId(add["parentId"]) && beside(add["nextId"]) && beside(add["previousId"]) ? cleanNode(add["node"], cleaning, tags, parent, 0, named.has(parentId)) : null;
      return node && (node.type !== 0 || parent === "iframe") ? [{ ...add, node }] : [];
    });
    const attributes = objects(data["attributes"]).flatMap((change) =>
      isObject(change["attributes"]) && isId(change["id"])
        ? [{ id: change["id"], attributes: cleanAttributes(tags.get(change["id"]) ?? "", change["attributes"], cleaning, "change", named.has(change["id"])) }]
        : [],
    );
    const texts = objects(data["texts"])
      .filter((change) => isId(change["id"]))
      .map((change) => ({ id: change["id"], value: typeof change["value"] === "string" ? this.changedText(change["value"]) : "" }));
    const removes = objects(data["removes"]).filter((change) => isId(change["id"]) && isId(change["parentId"]) && tags.get(change["id"]) !== "html");
    return { ...data, adds, attributes, texts, removes };
  }

  /** Text that may be of a stylesheet, or of a page: nobody can tell here. */
  private changedText(value: string): string {
    const { limits, css } = this.cleaning;
    return value.length > 1_000_000 || (value.length > 20_000 && !value.includes("{")) ? limits.text(value) : css(value);
  }
}

/** A neighbour's id as rrweb writes it: none, -1 for one that comes later, or an id. */
function beside(value: unknown): boolean {
  return value === undefined || value === null || value === -1 || value === 0 || isId(value);
}

function validSize(data: JsonObject): JsonObject | null {
  const sides = [data["width"], data["height"]];
  return sides.every((side) => isNumber(side) && side >= 1 && side <= LARGEST_SIDE) ? data : null;
}

function offset(value: unknown): JsonObject {
  const { left, top } = isObject(value) ? value : { left: 0, top: 0 };
  return { left: isNumber(left) ? left : 0, top: isNumber(top) ? top : 0 };
}
