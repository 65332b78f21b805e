// What every page has: the header with its menu, the footer, short notices.

import { count } from "./cart.js";
import { CATEGORIES } from "./catalogue.js";

const categoryLinks = () =>
  Object.entries(CATEGORIES).map(([id, name]) => `<a href="/shop/${id}">${name}</a>`).join("");

class ShopHeader extends HTMLElement {
  connectedCallback() {
    this.innerHTML = `
      <a class="skip" href="#content">Skip to content</a>
      <p class="ribbon">Free shipping from € 80 · thirty evenings to change your mind</p>
      <header class="bar">
        <button id="drawer-button" class="icon-button only-small" aria-expanded="false" aria-controls="drawer" aria-label="Menu">
          <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 7h18M3 12h18M3 17h18"/></svg></button>
        <a class="brand" href="/" id="brand"><svg viewBox="0 0 32 32" aria-hidden="true"><path d="M16 3c7 9 9 14 9 18a9 9 0 0 1-18 0c0-4 2-9 9-18z" fill="#c4552d"/><path d="M16 15c3 4 4 6 4 8a4 4 0 0 1-8 0c0-2 1-4 4-8z" fill="#f3d9a4"/></svg>Wickmoor</a>
        <nav class="links only-large" aria-label="Main">
          <div class="dropdown">
            <button id="menu-button" aria-expanded="false" aria-controls="menu">Shop <span aria-hidden="true">▾</span></button>
            <div id="menu" class="panel" hidden><a href="/shop">Everything</a>${categoryLinks()}</div>
          </div>
          <a href="/#story">Our story</a><a href="/contact">Contact</a>
        </nav>
        <a id="cart-link" class="cart-link" href="/cart" aria-label="Cart"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 8h14l-1.2 12H6.2zM9 8V6a3 3 0 0 1 6 0v2"/></svg><span id="cart-count" hidden></span></a>
      </header>
      <nav id="drawer" class="drawer" aria-label="Menu" hidden>
        <a href="/shop">Everything</a>${categoryLinks()}<a href="/#story">Our story</a><a href="/contact">Contact</a>
      </nav>`;
    this.opens("menu-button", "menu");
    this.opens("drawer-button", "drawer");
    this.count();
    document.addEventListener("cart", () => this.count());
  }

  opens(buttonId, panelId) {
    const button = document.getElementById(buttonId);
    const panel = document.getElementById(panelId);
    const show = (open) => {
      panel.hidden = !open;
      button.setAttribute("aria-expanded", String(open));
    };
    button.addEventListener("click", () => show(panel.hidden));
    document.addEventListener("click", (event) => {
      if (!panel.contains(event.target) && !button.contains(event.target)) show(false);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !panel.hidden) {
        show(false);
        button.focus();
      }
    });
  }

  count() {
    const badge = document.getElementById("cart-count");
    badge.textContent = String(count());
    badge.hidden = count() === 0;
    document.getElementById("cart-link").setAttribute("aria-label", `Cart, ${count()} items`);
  }
}

class ShopFooter extends HTMLElement {
  connectedCallback() {
    this.innerHTML = `
      <footer class="foot">
        <div><p class="foot-brand">Wickmoor</p><p>Lamps and things for slow evenings.<br>A shop that exists for showing Heatwake.</p></div>
        <nav aria-label="Shop"><h2>Shop</h2><a href="/shop">Everything</a>${categoryLinks()}</nav>
        <nav aria-label="Help"><h2>Help</h2><a href="/contact">Contact</a><a href="/cart">Your cart</a><a href="/#story">Our story</a></nav>
        <form id="footer-newsletter" class="foot-form"><h2>A letter a month</h2>
          <label for="footer-email">Your e-mail</label>
          <div class="joined"><input id="footer-email" name="email" type="email" autocomplete="email" required placeholder="you@example.org"><button>Sign up</button></div>
        </form>
      </footer>
      <p id="notice" class="notice" role="status" hidden></p>`;
    document.getElementById("footer-newsletter").addEventListener("submit", (event) => {
      event.preventDefault();
      event.target.reset();
      window.heatwake("event", "newsletter", { from: "footer" });
      notice("Thank you. The next letter is yours.");
    });
  }
}

let hideNotice;

/** Says something at the foot of the window for some seconds. */
export function notice(text) {
  const box = document.getElementById("notice");
  box.textContent = text;
  box.hidden = false;
  clearTimeout(hideNotice);
  hideNotice = setTimeout(() => (box.hidden = true), 4000);
}

/** Opens a dialog from its button; closes it with its own buttons and with a click beside it. */
export function dialog(id, ...buttonIds) {
  const box = document.getElementById(id);
  for (const each of buttonIds) document.getElementById(each).addEventListener("click", () => box.showModal());
  for (const each of box.querySelectorAll("[data-close]")) each.addEventListener("click", () => box.close());
  box.addEventListener("click", (event) => {
    if (event.target === box) box.close();
  });
  return box;
}

customElements.define("shop-header", ShopHeader);
customElements.define("shop-footer", ShopFooter);
