// The cart, kept in the browser; tells the page when it changes.

import { product } from "./catalogue.js";

const KEY = "wickmoor-cart";

/** [{id, colour, size, quantity}] of products that are still sold. */
export function lines() {
  try {
    return JSON.parse(localStorage.getItem(KEY) || "[]").filter((line) => product(line.id));
  } catch {
    return [];
  }
}

function keep(changed) {
  localStorage.setItem(KEY, JSON.stringify(changed));
  document.dispatchEvent(new Event("cart"));
}

export function add(id, colour, size, quantity) {
  const all = lines();
  const same = all.find((line) => line.id === id && line.colour === colour && line.size === size);
  if (same) same.quantity += quantity;
  else all.push({ id, colour, size, quantity });
  keep(all);
  window.heatwake("event", "add_to_cart", { item: id, price: product(id).price, quantity, currency: "EUR" });
}

/** Set the quantity of the line at this place; 0 takes it out. */
export function change(at, quantity) {
  const all = lines();
  if (quantity > 0) all[at].quantity = quantity;
  else all.splice(at, 1);
  keep(all);
}

export const empty = () => keep([]);
export const count = () => lines().reduce((sum, line) => sum + line.quantity, 0);
export const subtotal = () => lines().reduce((sum, line) => sum + line.quantity * product(line.id).price, 0);
export const shipping = () => (subtotal() === 0 || subtotal() >= 80 ? 0 : 6.9);
export const total = () => subtotal() + shipping();
