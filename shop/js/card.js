// A product as it stands in lists.

import { draw } from "./art.js";
import { euros } from "./catalogue.js";

export const card = (product) => `
  <li class="card" id="card-${product.id}"><a href="/product/${product.id}">
    <div class="card-picture">${draw(product)}${product.badge ? `<span class="badge">${product.badge}</span>` : ""}${product.stock ? "" : '<span class="badge gone">Sold out</span>'}</div>
    <h3>${product.name}</h3><p>${product.line}</p>
    <p class="card-price">${euros(product.price)}<span class="stars" aria-label="${product.rating} of 5 stars">★ ${product.rating}</span></p>
  </a></li>`;
