/**
 * What canvases show, as pictures, a few times a minute and only when it is another. What is drawn can't be masked, so that only
 * an open site's canvases are taken, and those that are unmasked.
 */
import { after } from "../guarded";
import type { RecordingHost } from "../recording_host";
import { isHidden } from "./fields";
import type { Recorded } from "./redact";

const EVERY_MS = 5_000;
/** Bytes of a picture. */
const LARGEST = 150_000;

/** `numbered`: the number of a node, below one if it has none. Gives what forgets which pictures were told. */
export function start(host: RecordingHost, numbered: (canvas: Node) => number, emit: (event: Recorded) => void): () => void {
  let told = new WeakMap<Node, string>();
  const look = (): void => {
    after(EVERY_MS, look);
    for (const canvas of document.querySelectorAll("canvas")) {
      const id = numbered(canvas);
      if (id < 1 || canvas.closest("[data-hw-block]") || isHidden(canvas) || !(host.privacy === "open" || canvas.closest("[data-hw-unmask]"))) continue;
      canvas.toBlob((picture) => {
        if (!picture || picture.size > LARGEST) return;
        const reader = new FileReader();
        reader.onload = () => {
          const url = reader.result as string;
          if (told.get(canvas) === url) return;
          told.set(canvas, url);
          const attributes = [{ id, attributes: { style: { "background-image": `url(${url})` } } }];
          emit({ type: 3, timestamp: Date.now(), data: { source: 0, adds: [], removes: [], texts: [], attributes } });
        };
        reader.readAsDataURL(picture);
      }, "image/webp", 0.9);
    }
  };
  look();
  return () => {
    told = new WeakMap();
  };
}
