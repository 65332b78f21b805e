/** Recorded CSS without anything that would be fetched from elsewhere. */
import { allowsInCss, placeOf, type LoadPolicy } from "./policy";

// A recording can hold megabytes of CSS made to be slow to match: in each expression no two parts can share a run of text.
const IMPORT = /@import\b(?:[^;"'()]|"[^"]*"|'[^']*'|\((?:[^()"']|"[^"]*"|'[^']*')*\))*;?/gi;
const IMPORTED = /^@import\s+(?:url\()?(?:"([^"\\]*)"|'([^'\\]*)'|([^\s"'();\\]+))\)?([^]*)$/i;
const URL_TOKEN = /(?:url|src)\((?:\s*"((?:[^"\\]|\\[^])*)"\s*|\s*'((?:[^'\\]|\\[^])*)'\s*|((?:[^()"'\\]|\\[^])*))\)/gi;
const IMAGE_SET = /image-set\((?:[^()"']|"[^"]*"|'[^']*'|\([^()]*\))*\)/gi;
// A function or rule whose name is spelled with escapes (u\72l) wants to go unseen; real stylesheets have none.
const FUNCTION = /(?<![\\\w-])(?:[\w-]|\\[0-9a-f]+(?![0-9a-f])\s?){1,64}\(/gi;
const ESCAPED_RULE = /@[\w-]{0,64}\\[\w\\ -]*/g;
const VIEWPORT_HEIGHT = /(?<![\w.#-])(\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})[sld]?vh\b/gi;

/** `css` with every address as the asset store has it; imports that are not stored are removed, other addresses
 * that `policy` does not allow replaced by an empty one. */
export function cleanCss(css: string, policy: LoadPolicy): string {
  if (!/@import|@[\w-]*\\|url\(|src\(|image-set\(|\\[0-9a-f]/i.test(css)) return css;
  return css
    .replace(FUNCTION, (name) => (name.includes("\\") ? "hw-escaped(" : name))
    .replace(ESCAPED_RULE, "@hw-escaped")
    .replace(IMPORT, (whole) => storedImport(whole, policy))
    .replace(IMAGE_SET, (whole) => (/["']/.test(whole) ? "none" : whole)) // there, a bare string is an address
    .replace(URL_TOKEN, (whole: string, double?: string, single?: string, bare?: string) => {
      const url = (double ?? single ?? bare ?? "").trim();
      const place = placeOf(url, policy, allowsInCss);
      return place === url ? whole : place ? `url("${place.replace(/["\\\n]/g, "")}")` : 'url("data:,")';
    });
}

/** An import of a stylesheet that is stored; of another nothing is left. */
function storedImport(rule: string, policy: LoadPolicy): string {
  const [, double, single, bare, conditions = ""] = IMPORTED.exec(rule) ?? [];
  const place = policy.stored && placeOf(double ?? single ?? bare ?? "", policy, () => false);
  return place && !place.startsWith("data:") && /^[\w\s(),:.-]*;?$/.test(conditions) ? `@import url("${place}")${conditions}` : "";
}

/**
 * `css` with lengths in vh (svh, lvh, dvh) as pixels of a viewport `height` px high. A page that is shown at its full
 * height would otherwise grow with its own frame.
 */
export function freezeViewportHeight(css: string, height: number): string {
  return css.replace(VIEWPORT_HEIGHT, (_, amount: string) => `${+((Number(amount) * height) / 100).toFixed(2)}px`);
}

const SCHEME = /\(\s{0,9}prefers-color-scheme\s{0,9}:\s{0,9}(dark|light)\s{0,9}\)/gi;

/** `css` (or a media condition) with its colour scheme decided: as the page was seen, whoever looks at it now. */
export function decideScheme(css: string, dark: boolean): string {
  return css.replace(SCHEME, (_, scheme: string) => ((scheme.toLowerCase() === "dark") === dark ? "(min-width: 0px)" : "(max-width: 0px)"));
}
