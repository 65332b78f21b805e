/*
 * What lies around the player and goes along with it: the list of what happened, the moment that a note would be on, the
 * way to the next recording. The player tells of itself by events of its own: hw-player-position, -state and -ask; hw-player-seek moves it.
 */
(function () {
  "use strict";

  const AUTOPLAY = "heatwake-autoplay-next";
  const GOING_ON = "heatwake-going-on";
  const WAIT_MS = 3000;

  const on = (name, call) => document.addEventListener("hw-player-" + name, (event) => call(event.detail, event.target));
  const byId = (id) => document.getElementById(id);

  function clock(ms) {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    const two = (n) => String(n).padStart(2, "0");
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  }

  /* A moment of the list, or of a note, moves the player there. */
  document.addEventListener("click", (event) => {
    const moment = event.target.closest && event.target.closest("[data-player-ms]");
    const player = document.querySelector(".hw-player");
    if (!moment || !player) return;
    event.preventDefault();
    player.dispatchEvent(new CustomEvent("hw-player-seek", { detail: Number(moment.dataset.playerMs) }));
    if (player.getBoundingClientRect().top < 0) player.scrollIntoView({ behavior: "smooth", block: "start" });
  });

  /* The list follows the player: what happened last is marked and in sight. */
  let marked = null;
  on("position", (ms) => {
    const at = byId("note-at");
    if (at) at.textContent = clock(ms);
    let latest = null;
    for (const row of document.querySelectorAll(".hw-happened [data-player-ms]")) {
      if (Number(row.dataset.playerMs) <= ms + 50 && (!latest || Number(row.dataset.playerMs) >= Number(latest.dataset.playerMs))) latest = row;
    }
    if (latest === marked && (!marked || marked.isConnected)) return;
    if (marked) marked.removeAttribute("aria-current");
    marked = latest;
    if (!marked) return;
    marked.setAttribute("aria-current", "step");
    const room = marked.closest(".hw-card-body");
    if (!room || room.matches(":hover") || room.contains(document.activeElement)) return;
    const [top, high] = [marked.getBoundingClientRect().top - room.getBoundingClientRect().top, room.clientHeight];
    if (top < 0 || top > high - 60) room.scrollBy({ top: top - high / 3, behavior: "smooth" });
  });

  /* What only the page can do for the player's keys. */
  on("ask", (what) => {
    if (what === "note") {
      const text = byId("note-text");
      if (text) text.focus();
      return;
    }
    const link = byId("recording-" + what);
    if (link) link.click();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.id === "note-text") document.querySelector(".hw-player").focus();
  });

  /* One recording after the other: at the end of one, after a moment to stop it, the next begins to play. */
  const kept = () => window.localStorage.getItem(AUTOPLAY) === "1";
  let timer = 0;
  function stop() {
    clearTimeout(timer);
    timer = 0;
    const said = byId("recording-going-on");
    if (said) said.textContent = "";
  }
  on("state", (state) => {
    stop();
    const box = byId("recording-autoplay");
    if (box) box.setAttribute("aria-pressed", String(kept()));
    if (state === "ready" && window.sessionStorage.getItem(GOING_ON)) {
      window.sessionStorage.removeItem(GOING_ON);
      window.dash_clientside.set_props("player", { autoPlay: true });
    }
    const next = byId("recording-next");
    if (state !== "ended" || !kept() || !box || !next) return;
    byId("recording-going-on").textContent = "The next recording begins in a moment.";
    timer = setTimeout(() => {
      window.sessionStorage.setItem(GOING_ON, "1");
      next.click();
    }, WAIT_MS);
  });
  document.addEventListener("click", (event) => {
    const box = event.target.closest && event.target.closest("#recording-autoplay");
    if (!box) return;
    window.localStorage.setItem(AUTOPLAY, kept() ? "" : "1");
    box.setAttribute("aria-pressed", String(kept()));
    if (!kept()) stop();
  });
})();
