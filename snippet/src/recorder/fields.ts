/** Which fields' values may be recorded: only what the site has unmasked, and never what is sensitive. */
import { FIELDS, isButton, isMasked } from "../masking";

const ALWAYS = /^(password|email|tel|file|hidden)$/;
const SENSITIVE = /pass|pwd|card|ccn|cvc|cvv|cc-|ssn|iban|e?mail|token|secret|otp|\bpin\b|phone/i;

/** Fields that no attribute unmasks. */
export function isSensitive(element: Element): boolean {
  const field = element as HTMLInputElement;
  if (ALWAYS.test(field.type) || field.hasAttribute("data-rr-is-password")) return true;
  const told = ["autocomplete", "name", "id", "placeholder", "aria-label"].map((name) => field.getAttribute(name)).join(" ");
  return SENSITIVE.test(told) || /\S@\S|(\d[ -]?){9}/.test(field.value ?? field.textContent ?? "");
}

const opens = (element: Element): boolean => !element.matches(FIELDS) || !isSensitive(element);

/** Whether an element's text is masked in a recording. */
export const isHidden = (element: Element | null): boolean => isMasked(element, opens);

/** Whether a field's value is masked. An attribute further up unmasks it too. */
export function isFieldHidden(field: Element): boolean {
  if (isButton(field)) return isHidden(field);
  const around = field.closest("[data-hw-unmask],[data-hw-mask]");
  return !around?.matches("[data-hw-unmask]:not([data-hw-mask])") || isSensitive(field);
}
