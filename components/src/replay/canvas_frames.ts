/**
 * A canvas' recorded frame as its background. Browsers paint no canvas in a frame without scripts, and rrweb would need
 * scripts to draw it; its recorder in frames-per-second mode sends each frame as one picture, which is enough.
 */
import { isObject, objects, SOURCE, type Json, type JsonObject } from "./recorded";

const PICTURE = /^image\/(webp|png|jpeg)$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The mutation that shows a canvas event's picture, or null when it carries none. */
export function canvasFrame(data: JsonObject): JsonObject | null {
  const picture = objects(data["commands"]).map((command) => findPicture(command["args"])).find((found) => found !== null);
  if (!picture) return null;
  const change = { id: data["id"], attributes: { style: { "background-image": `url("${picture}")` } } };
  return { source: SOURCE.Mutation, adds: [], removes: [], texts: [], attributes: [change] };
}

function findPicture(args: Json | undefined, depth = 0): string | null {
  if (depth > 4) return null;
  for (const arg of objects(args)) {
    if (arg["rr_type"] === "Blob") {
      const base64 = objects(arg["data"])[0]?.["base64"];
      const type = arg["type"];
      if (typeof base64 === "string" && typeof type === "string" && PICTURE.test(type) && BASE64.test(base64)) {
        return `data:${type};base64,${base64}`;
      }
    } else if (isObject(arg) && Array.isArray(arg["args"])) {
      const inner = findPicture(arg["args"], depth + 1);
      if (inner) return inner;
    }
  }
  return null;
}
