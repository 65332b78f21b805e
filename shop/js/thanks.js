// After an order: tells of the purchase once, also when the page is loaded again.

import { empty } from "./cart.js";
import { euros } from "./catalogue.js";
import "./frame.js";

const order = JSON.parse(sessionStorage.getItem("wickmoor-order") || "null");

if (order) {
  document.getElementById("for").textContent = `, ${order.name}`;
  document.getElementById("paid").textContent = euros(order.total);
  if (!order.told) {
    window.heatwake("event", "purchase", { total: order.total, items: order.items, currency: "EUR" });
    sessionStorage.setItem("wickmoor-order", JSON.stringify({ ...order, told: true }));
    empty();
  }
} else {
  location.replace("/");
}
