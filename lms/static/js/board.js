/* The screen in the room: the seconds until the code changes, counted between two fetches by htmx.

   .countdown[data-countdown][data-seconds-left][data-seconds-total] (components/countdown.html), fetched anew with each code.
   Nothing fetched for eight seconds after zero: [data-countdown-stale] says so, for an old code signs nobody in.
   The screen is kept from falling asleep while it is shown. */
(() => {
  "use strict";

  const GRACE = 8;
  const started = new WeakMap();

  function count() {
    const now = performance.now();
    document.querySelectorAll("[data-countdown]").forEach((ring) => {
      if (!started.has(ring)) started.set(ring, now);
      const left = Number(ring.dataset.secondsLeft) - (now - started.get(ring)) / 1000;
      const shown = Math.max(Math.ceil(left), 0);
      const share = Math.max(left, 0) / Math.max(Number(ring.dataset.secondsTotal), 1);
      ring.querySelector("[data-countdown-number]").textContent = shown;
      ring.querySelector("[data-countdown-ring]").setAttribute("stroke-dasharray", `${Math.round(share * 1000) / 10} 100`);
      const stale = ring.querySelector("[data-countdown-stale]");
      if (stale) stale.hidden = left > -GRACE;
    });
  }

  async function stayAwake() {
    if (document.visibilityState !== "visible") return;
    try { await navigator.wakeLock?.request("screen"); } catch { /* battery saver: the projector's owner decides */ }
  }

  document.addEventListener("visibilitychange", stayAwake);
  stayAwake();
  count();
  setInterval(count, 250);
})();
