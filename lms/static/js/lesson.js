/* Tells the server how long and how far a lesson was read, so that it can be credited: the server believes no clock but its
   own and takes what is sent here as a claim, bounded by the time that really passed.

   <article data-progress-url="…" data-csrf="…">
     every 15 s, and when the page is left, POST seconds, position_percent
     answer: {"percent": 60, "seconds": 432, "minutes_left": 5, "completed": false}
   Inside: [data-read-progress] (a <progress>), [data-read-text] (its words in data-left, data-done),
   [data-when-done] (hidden until the lesson is completed). */
(() => {
  "use strict";

  const article = document.querySelector("[data-progress-url]");
  if (!article) return;

  const SEND_EVERY = 15, STILL_HERE = 60;
  const bar = article.querySelector("[data-read-progress]");
  const text = article.querySelector("[data-read-text]");

  let seconds = 0;                                   // read, not yet sent
  let furthest = bar ? bar.value : 0;
  let moved = performance.now(), ticked = moved, sent = moved;
  let sending = false;

  const stir = () => { moved = performance.now(); };
  ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll"].forEach((name) =>
    addEventListener(name, stir, { passive: true }));

  /* How much of the article has passed the lower edge of the window. */
  function position() {
    const box = article.getBoundingClientRect();
    const percent = Math.round(100 * (innerHeight - box.top) / Math.max(box.height, 1));
    furthest = Math.max(furthest, Math.min(Math.max(percent, 0), 100));
    return furthest;
  }

  const playing = () => [...article.querySelectorAll("video, audio")].some((media) => !media.paused && !media.ended);

  function count() {
    const now = performance.now();
    const passed = Math.min((now - ticked) / 1000, 2);        // a sleeping phone wakes up with hours passed: not read
    ticked = now;
    if (document.visibilityState !== "visible") return;
    if (playing()) stir();
    if (now - moved <= STILL_HERE * 1000) seconds += passed;
    position();
    if (now - sent >= SEND_EVERY * 1000) send();
  }

  function claim(whole) {
    return new URLSearchParams({
      csrfmiddlewaretoken: article.dataset.csrf, seconds: whole, position_percent: position(),
    });
  }

  async function send() {
    const whole = Math.floor(seconds);
    if (sending || !whole) return;
    sending = true;
    sent = performance.now();
    seconds -= whole;
    try {
      const answer = await fetch(article.dataset.progressUrl, {
        method: "POST", body: claim(whole), headers: { "X-CSRFToken": article.dataset.csrf }, credentials: "same-origin",
      });
      if (!answer.ok) throw new Error(answer.status);
      show(await answer.json());
    } catch {
      seconds += whole;                              // the network failed: it goes with the next
    }
    sending = false;
  }

  /* Leaving: nothing may wait for an answer. */
  function leave() {
    if (sending) return;
    const whole = Math.floor(seconds);
    if (!whole) return;
    if (navigator.sendBeacon?.(article.dataset.progressUrl, claim(whole))) seconds -= whole;
    else send();
  }

  function show({ percent, minutes_left: minutes, completed }) {
    if (bar) {
      bar.value = percent;
      bar.textContent = `${percent}%`;
    }
    if (text) text.textContent = completed ? text.dataset.done : text.dataset.left.replace("{minutes}", minutes);
    if (completed) document.querySelectorAll("[data-when-done]").forEach((part) => { part.hidden = false; });
  }

  document.addEventListener("visibilitychange", () => {
    count();
    if (document.visibilityState === "hidden") leave();
    else stir();
  });
  addEventListener("pagehide", leave);
  setInterval(count, 1000);
})();
