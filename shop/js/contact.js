// The contact form.

import { notice } from "./frame.js";

document.getElementById("contact").addEventListener("submit", (event) => {
  event.preventDefault();
  window.heatwake("event", "contact", { topic: event.target.elements.topic.value });
  event.target.reset();
  notice("Thank you. You will hear from us.");
});
