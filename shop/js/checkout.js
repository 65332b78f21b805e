// The checkout. What is typed stays on the page; only the order's total goes to the next one.

import { lines, shipping, total } from "./cart.js";
import { euros, product } from "./catalogue.js";
import "./frame.js";

const at = (id) => document.getElementById(id);

at("order").innerHTML = lines().map((line) => `<li>${line.quantity} × ${product(line.id).name}<span>${euros(product(line.id).price * line.quantity)}</span></li>`).join("");
at("shipping").textContent = shipping() ? euros(shipping()) : "free";
at("total").textContent = euros(total());
at("pay").textContent = `Pay ${euros(total())}`;
at("pay").disabled = lines().length === 0;

at("checkout").addEventListener("submit", (event) => {
  event.preventDefault();
  const order = { total: Number(total().toFixed(2)), items: lines().reduce((sum, line) => sum + line.quantity, 0), name: at("full-name").value };
  sessionStorage.setItem("wickmoor-order", JSON.stringify(order));
  location.href = "/thanks";
});
