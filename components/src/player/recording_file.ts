/**
 * What an exported recording's file holds. Only the JSON is taken from it, as text: a file from elsewhere can hold any
 * script or markup, and none of it is ever parsed as a page.
 */
import { isObject, type JsonObject } from "../replay/recorded";

export const ELEMENT_ID = "heatwake-recording";
const OPENS = `<script type="application/json" id="${ELEMENT_ID}">`;

export class NoRecordingFile extends Error {}

/** The JSON of a file's text. Throws NoRecordingFile with words for the viewer. */
export function readRecordingFile(text: string): JsonObject {
  const begins = text.indexOf(OPENS);
  if (begins < 0) throw new NoRecordingFile("This is not a recording that Heatwake has exported.");
  const ends = text.indexOf("</script>", begins);
  if (ends < 0) throw new NoRecordingFile("The file is cut off: its recording has no end.");
  return readExported(text.slice(begins + OPENS.length, ends));
}

export function readExported(json: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new NoRecordingFile("The file is damaged: its recording can't be read.");
  }
  if (!isObject(value) || value["heatwake"] !== 1) throw new NoRecordingFile("The file is of a version that this Heatwake does not know.");
  return value;
}
