// The home page: favourites and the newsletter's dialog.

import { card } from "./card.js";
import { PRODUCTS } from "./catalogue.js";
import { dialog, notice } from "./frame.js";

document.getElementById("favourites").innerHTML = [...PRODUCTS]
  .sort((a, b) => b.reviews * b.rating - a.reviews * a.rating).slice(0, 4).map(card).join("");

dialog("newsletter", "newsletter-open");
document.getElementById("newsletter-form").addEventListener("submit", (event) => {
  event.target.reset();
  window.heatwake("event", "newsletter", { from: "dialog" });
  notice("Thank you. Your code is in the first letter.");
});
