/*
 * Changing the address without building the page anew. A page of Dash is drawn again from scratch when its address
 * changes; a map would load its picture again, a player its recording. Links with the class `hw-in-place` and the
 * controls of a form `hw-in-place` write the address themselves and tell only `url`, on which the page's parts hang.
 */
(function () {
  "use strict";

  function tell() {
    window.dash_clientside.set_props("url", {
      href: window.location.href, pathname: window.location.pathname, search: window.location.search, hash: window.location.hash,
    });
  }

  /** Goes to `search`; `replace`: the way back does not stop here (what is typed letter by letter). */
  function go(search, replace) {
    const address = window.location.pathname + search;
    if (search === window.location.search) return;
    window.history[replace ? "replaceState" : "pushState"]({}, "", address);
    tell();
  }

  /** The address' query with these parameters set; an empty value takes one away. */
  function changed(pairs, gone) {
    const query = new URLSearchParams(window.location.search);
    gone.forEach((name) => query.delete(name));
    for (const name of new Set(pairs.map(([name]) => name))) query.delete(name);
    for (const [name, value] of pairs) if (value !== "") query.append(name, value);
    const text = query.toString();
    return text ? "?" + text : "";
  }

  /** What a form says: its controls' values, none for those left empty; paging begins anew. */
  function said(form) {
    return changed([...new FormData(form)].map(([name, value]) => [name, String(value)]), ["cursor", "page"]);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a.hw-in-place");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const to = new URL(link.href, window.location.href);
    if (to.origin !== window.location.origin || to.pathname !== window.location.pathname) return;
    event.preventDefault();
    go(to.search);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form.hw-in-place")) return;
    event.preventDefault();
    event.stopPropagation();
    go(said(event.target));
  }, true);
  document.addEventListener("change", (event) => {
    const form = event.target.closest && event.target.closest("form.hw-in-place");
    if (form && event.target.matches("select, input[type=checkbox], input[type=radio], input[type=number]")) go(said(form));
  });
  let typing = 0;
  document.addEventListener("input", (event) => {
    const form = event.target.closest && event.target.closest("form.hw-in-place");
    if (!form || !event.target.matches("input[type=search], input[type=text]")) return;
    clearTimeout(typing);
    typing = setTimeout(() => document.contains(form) && go(said(form), true), 300);
  });

  /* A button that shows and hides what has the id in `data-toggles`, where there is no room for both. */
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-toggles]");
    const shown = button && document.getElementById(button.dataset.toggles);
    if (shown) button.setAttribute("aria-expanded", String(shown.classList.toggle("hw-open")));
  });

  /* Map: an element that is pointed at or focused in the ranking is outlined on the page; `[data-map-element]`. */
  let shown = "";
  function point(event) {
    const row = event.target.closest && event.target.closest("[data-map-element]");
    const wanted = row ? row.dataset.mapElement : "";
    if (wanted === shown || (!wanted && !(event.target.closest && event.target.closest(".hw-ranking")))) return;
    shown = wanted;
    window.dash_clientside.set_props("map", { highlight: wanted || null });
  }
  document.addEventListener("mouseover", point);
  document.addEventListener("focusin", point);
  document.addEventListener("mouseout", (event) => {
    if (!shown || (event.relatedTarget && event.relatedTarget.closest && event.relatedTarget.closest(".hw-ranking"))) return;
    if (!document.querySelector(".hw-ranking")) return;
    shown = "";
    window.dash_clientside.set_props("map", { highlight: null });
  });

  window.dash_clientside = Object.assign(window.dash_clientside || {}, {
    in_place: {
      /** The form's funnel is the one that the address names; an empty one leaves it. */
      funnel(definition) {
        const query = new URLSearchParams(window.location.search);
        const now = definition && definition !== "{}" ? definition : "";
        if ((query.get("f") || "") !== now) go(changed([["f", now]], []));
      },
      /** The saved funnel that the form is. */
      kept(saved) {
        if (saved) go(changed([["funnel", saved.funnel ? String(saved.funnel) : ""]], []), true);
      },
      /** The element that was clicked on the map is the one that is looked at. */
      choose(clicked) {
        if (clicked && clicked.selector) go(changed([["el", clicked.selector]], []));
      },
    },
  });
})();
