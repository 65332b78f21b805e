// A product's page; which one stands in the address.

import { draw } from "./art.js";
import { card } from "./card.js";
import { add } from "./cart.js";
import { CATEGORIES, euros, product, PRODUCTS } from "./catalogue.js";
import { dialog, notice } from "./frame.js";

const at = (id) => document.getElementById(id);
const it = product(location.pathname.split("/")[2]);

function choices(box, name, values, label) {
  box.innerHTML = values.map((value, n) =>
    `<label id="${name}-${n + 1}">${label(value)}<input type="radio" name="${name}" value="${value}" ${n ? "" : "checked"}></label>`).join("");
}

function paint() {
  const colour = at("buy").elements.colour.value;
  at("colour-name").textContent = colour;
  at("picture").innerHTML = draw(it, colour);
}

function show() {
  document.title = `${it.name} · Wickmoor`;
  at("crumb-category").textContent = CATEGORIES[it.category];
  at("crumb-category").href = `/shop/${it.category}`;
  for (const id of ["name", "crumb-name"]) at(id).textContent = it.name;
  at("stars").textContent = `★ ${it.rating}`;
  at("to-reviews").textContent = `${it.reviews} reviews`;
  at("price").textContent = euros(it.price);
  at("line").textContent = it.line;
  at("text").textContent = it.text;
  at("stock").textContent = it.stock === 0 ? "Sold out; the next ones are being made." : it.stock < 6 ? `Only ${it.stock} left.` : "In stock, leaves us within two days.";
  at("add-to-cart").disabled = it.stock === 0;
  choices(at("colours"), "colour", Object.keys(it.colours), (value) => `<i style="background:${it.colours[value]}"></i><span class="unseen">${value}</span>`);
  choices(at("sizes"), "size", it.sizes, (value) => value);
  at("also").innerHTML = PRODUCTS.filter((each) => each.category !== it.category && each.stock).slice(0, 4).map(card).join("");
  paint();
}

if (it) {
  show();
  dialog("size-guide", "size-guide-open");
  at("colours").addEventListener("change", paint);
  at("buy").addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = event.target.elements;
    add(it.id, chosen.colour.value, chosen.size.value, Number(chosen.quantity.value));
    notice(`${it.name} is in your cart.`);
  });
} else {
  location.replace("/404");
}
