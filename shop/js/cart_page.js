// The cart's page.

import { draw } from "./art.js";
import { change, lines, shipping, subtotal, total } from "./cart.js";
import { euros, product } from "./catalogue.js";
import "./frame.js";

const at = (id) => document.getElementById(id);

function row(line, n) {
  const it = product(line.id);
  return `<li><div class="line-picture">${draw(it, line.colour)}</div>
    <div><a href="/product/${it.id}">${it.name}</a><p class="muted">${line.colour}, ${line.size}</p>
      <div class="stepper"><button data-line="${n}" data-by="-1" aria-label="One less">−</button><span>${line.quantity}</span><button data-line="${n}" data-by="1" aria-label="One more">+</button></div></div>
    <p class="line-price">${euros(it.price * line.quantity)}</p></li>`;
}

function show() {
  const all = lines();
  at("cart-empty").hidden = all.length > 0;
  at("cart-full").hidden = all.length === 0;
  at("lines").innerHTML = all.map(row).join("");
  at("subtotal").textContent = euros(subtotal());
  at("shipping").textContent = shipping() ? euros(shipping()) : "free";
  at("total").textContent = euros(total());
}

at("lines").addEventListener("click", (event) => {
  const { line, by } = event.target.dataset;
  if (line) change(Number(line), lines()[line].quantity + Number(by));
});
at("voucher").addEventListener("submit", (event) => {
  event.preventDefault();
  at("voucher-error").hidden = false;
});
document.addEventListener("cart", show);
show();
