/** What looks personal in the page's own words: e-mail addresses, numbers of cards and phones, IBANs. */
import { EMAIL } from "../addresses";

/** Nothing without one of these is any of them. */
const MAYBE = /@|%40|\d[^a-z]*\d/i;
/** Nine digits and more, with single separators between them; dates and decimal fractions are none. */
const NUMBER = /(?<!\w|\d[.,/:-])(?!(\d{4}-\d\d-\d\d|\d\d?[./]\d\d?[./]\d{4})(?!\d)|\d+\.\d{5})(\+|00)?\(?\d(?:[ ()./\u2010\u2011\u2013\u00a0\u202f-]{0,2}\d){8,}(?![\w%]|[.,]\d)/g;
/** Seven and more with the country's code. */
const ABROAD = /\+\d(?:[ ()./\u00a0-]{0,2}\d){6,}/g;
const IBAN = /\b[A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z\d]{4}){2,7}(?:[ \u00a0]?[A-Z\d]{1,4})?\b/g;
/** What a stylesheet's rules show. */
const SHOWN = /((?:content|--[\w-]{1,100})\s{0,20}:\s{0,20})((?:(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\w-]{1,50}\([^()"']{0,200}\))\s{0,20}){1,8})/g;

/** A picture's name with its density looks like an address. */
const PICTURE = /\.(png|jpe?g|gif|svg|webp|avif)$/i;

const starred = (found: string): string => (PICTURE.test(found) ? found : found.replace(/[^\s"']/g, "*"));

/** `text` with stars in their place. */
export function withoutPersonal(text: string): string {
  if (!MAYBE.test(text)) return text;
  return text.replace(EMAIL, starred).replace(IBAN, starred).replace(NUMBER, starred).replace(ABROAD, starred);
}

/** A stylesheet, or an element's own style, with the words that it shows as `tell` gives them. */
export function cssTold(css: string, tell: (words: string) => string): string {
  return css.replace(SHOWN, (_, name: string, words: string) => name + tell(words));
}
