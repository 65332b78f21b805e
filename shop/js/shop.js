// The list. Categories change the address without loading the page again.

import { card } from "./card.js";
import { CATEGORIES, PRODUCTS } from "./catalogue.js";
import "./frame.js";

const ORDERS = {
  liked: (a, b) => b.rating - a.rating,
  cheap: (a, b) => a.price - b.price,
  dear: (a, b) => b.price - a.price,
  name: (a, b) => a.name.localeCompare(b.name),
};

const inStock = document.getElementById("in-stock");
const sort = document.getElementById("sort");
const links = [...document.querySelectorAll("#categories a")];

function show() {
  const category = location.pathname.split("/")[2];
  const name = CATEGORIES[category] || "Everything";
  const shown = PRODUCTS.filter((each) => (!CATEGORIES[category] || each.category === category) && (!inStock.checked || each.stock))
    .sort(ORDERS[sort.value]);
  document.title = `${name} · Wickmoor`;
  document.getElementById("list-title").textContent = name;
  document.getElementById("list-count").textContent = `${shown.length} things`;
  document.getElementById("products").innerHTML = shown.map(card).join("");
  for (const link of links) {
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

for (const link of links) {
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (link.pathname !== location.pathname) history.pushState(null, "", link.href);
    show();
  });
}
addEventListener("popstate", show);
inStock.addEventListener("change", show);
sort.addEventListener("change", show);
show();
