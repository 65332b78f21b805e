/** Recorded CSS without anything that would be fetched from elsewhere. */
import { allowsInCss, type LoadPolicy } from "./policy";

const IMPORT = /@import\b(?:[^;"'()]|"[^"]*"|'[^']*'|\((?:[^()"']|"[^"]*"|'[^']*')*\))*;?/gi;
const URL_TOKEN = /url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"']*))\s*\)/gi;
const VIEWPORT_HEIGHT = /(?<![\w.#-])(\d*\.?\d+)[sld]?vh\b/gi;

/** `css` with imports removed and every address that `policy` does not allow replaced by an empty one. */
export function cleanCss(css: string, policy: LoadPolicy): string {
  if (!/@import|url\(/i.test(css)) return css;
  return css
    .replace(IMPORT, "")
    .replace(URL_TOKEN, (whole: string, double?: string, single?: string, bare?: string) =>
      allowsInCss((double ?? single ?? bare ?? "").trim(), policy) ? whole : 'url("data:,")',
    );
}

/**
 * `css` with lengths in vh (svh, lvh, dvh) as pixels of a viewport `height` px high. A page that is shown at its full
 * height would otherwise grow with its own frame.
 */
export function freezeViewportHeight(css: string, height: number): string {
  return css.replace(VIEWPORT_HEIGHT, (_, amount: string) => `${+((Number(amount) * height) / 100).toFixed(2)}px`);
}
