/* Tells the server when and how far a lesson was read, so that it can be credited: the server believes no clock but its own and
   takes what is sent here as a claim, bounded by the time that really passed.

   <article data-lesson="12" data-progress-url="…" data-opened="signed note" data-opened-at="ms of the server's clock">
     every 15 s, and when the page is left, POST opened, spans ("0-15,20-31.5": seconds since that moment), position_percent;
     of a film also film, stretches, speed, at
     answer: {"percent": 60, "seconds": 432, "minutes_left": 5, "completed": false}
   Inside: [data-read-progress] (a <progress>), [data-read-text] (its words in data-left, data-done),
   [data-when-done] (hidden until the lesson is completed), a button [data-go-on] (percent read before), video[data-film]. data-positions on the article says where each film
   was left, on whatever phone: {"film-3": 72.5}.

   Without network the claims wait in localStorage and go as soon as there is one: from a lesson, a course, or 我的学习. Each leaves
   the queue only when the server has answered it, so that closing the page loses none; sent twice is counted once. Who is signed out
   keeps them for the next sign-in. A lesson kept for reading without network (sw.js) carries no note: then the one of the last
   visit on this phone is used. */
(() => {
  "use strict";

  const QUEUE = "study-queue", SKEW = "study-skew", MOST_WAITING = 200, REFUSED = 10;
  const SEND_EVERY = 15, STILL_HERE = 60;

  const load = (key, otherwise) => { try { return JSON.parse(localStorage.getItem(key)) ?? otherwise; } catch { return otherwise; } };
  const store = (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* this visit only */ } };
  const cookie = (name) => document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.split("=")[1] ?? "";

  let flushing = false;
  const article = document.querySelector("[data-lesson]");
  if (!article) {
    addEventListener("online", flush);
    flush();
    return;
  }

  const kept = `study-${article.dataset.lesson}`;
  let note = load(kept, null);
  if (article.dataset.progressUrl) {
    note = { url: article.dataset.progressUrl, opened: article.dataset.opened, at: Number(article.dataset.openedAt) };
    store(kept, note);
    // How far this phone's clock is from the server's: what is read later without network is told in the server's time.
    if (navigator.onLine) store(SKEW, Date.now() - note.at);
  } else if (navigator.onLine || !note) {
    flush();
    return;
  }

  const bar = article.querySelector("[data-read-progress]");
  const text = article.querySelector("[data-read-text]");
  const skew = load(SKEW, 0);
  const began = (Date.now() - skew - note.at) / 1000, start = performance.now();

  /* Seconds since the note was signed. It does not jump when somebody sets the phone's clock. */
  const moment = () => Math.max(began + (performance.now() - start) / 1000, 0);

  let spans = [], films = {};                        // read, not yet sent
  let furthest = bar ? bar.value : 0;
  let moved = performance.now(), ticked = moment(), sent = performance.now();
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

  function append(list, from, to) {
    const last = list.at(-1);
    if (last && from - last[1] < 0.6 && from >= last[1]) last[1] = to; else list.push([from, to]);
  }

  function count() {
    const now = moment(), from = ticked;
    ticked = now;
    if (document.visibilityState !== "visible") return;
    if (playing()) stir();
    // A phone that slept wakes up with hours passed: that was not read.
    if (performance.now() - moved <= STILL_HERE * 1000 && now - from < 3) append(spans, from, now);
    position();
    if (performance.now() - sent >= SEND_EVERY * 1000) send();
  }

  const said = (list) => list.map(([from, to]) => `${from.toFixed(2)}-${to.toFixed(2)}`).join(",");

  /* What is to be sent, as plain values: one claim, and one more for each further film. */
  function claims() {
    const base = { url: note.url, opened: note.opened, spans: said(spans), position_percent: position() };
    const shown = Object.entries(films).map(([film, one]) =>
      ({ film, stretches: said(one.stretches), speed: one.speed, at: one.at.toFixed(1) }));
    spans = [];
    films = {};
    const [first, ...others] = shown;
    return [{ ...base, ...first }, ...others.map((one) => ({ ...base, ...one, spans: "" }))];
  }

  function body({ url, refused, ...fields }) {
    return new URLSearchParams({ csrfmiddlewaretoken: cookie("csrftoken"), ...fields });
  }

  /* {done: false} keeps the claim: a server in trouble throws, and 403 says that somebody else, or nobody, is signed in here.
     It arrives also when the page is left while it is under way. */
  async function post(claim) {
    const answer = await fetch(claim.url, { method: "POST", body: body(claim), credentials: "same-origin", keepalive: true });
    if (answer.status >= 500 || answer.status === 429) throw new Error(answer.status);
    return { done: answer.status !== 403, said: answer.ok ? await answer.json() : null };
  }

  /* Hours without network must fit: what was read of the same opening goes on one line, as long as the server takes it in one. */
  function wait(waiting) {
    const queue = load(QUEUE, []);
    for (const claim of waiting) {
      const last = queue.at(-1);
      if (last && !last.film && !claim.film && last.url === claim.url && last.opened === claim.opened && last.spans.length < 2000) {
        last.spans = [last.spans, claim.spans].filter(Boolean).join(",");
        last.position_percent = Math.max(last.position_percent, claim.position_percent);
      } else queue.push(claim);
    }
    store(QUEUE, queue.slice(-MOST_WAITING));
  }

  async function flush() {
    const waiting = load(QUEUE, []);
    if (flushing || !waiting.length || !navigator.onLine) return;
    flushing = true;
    for (const claim of waiting) {
      let done = false;
      try { ({ done } = await post(claim)); } catch { break; }
      const said = JSON.stringify(claim), refused = (claim.refused ?? 0) + 1;
      // Another page may have written meanwhile: only this one claim is touched.
      store(QUEUE, load(QUEUE, []).flatMap((one) => {
        if (JSON.stringify(one) !== said) return [one];
        return done || refused > REFUSED ? [] : [{ ...one, refused }];
      }));
    }
    flushing = false;
  }

  async function send() {
    if (sending || !(spans.length || Object.keys(films).length)) return;
    sending = true;
    sent = performance.now();
    await flush();
    for (const claim of claims()) {
      try {
        const { done, said: answer } = await post(claim);
        if (answer) show(answer);
        else if (!done) wait([claim]);               // signed out in another tab: the next sign-in sends it
      } catch {
        wait([claim]);
      }
    }
    sending = false;
  }

  /* Leaving: nothing may wait for an answer, and nobody hears whether the beacon arrived. So it stays in the queue as well: what is
     sent twice is counted once. */
  function leave() {
    if (!(spans.length || Object.keys(films).length)) return;
    for (const claim of claims()) {
      wait([claim]);
      if (navigator.onLine) navigator.sendBeacon?.(claim.url, body(claim));
    }
  }

  function show({ percent, minutes_left: minutes, completed }) {
    if (bar) {
      bar.value = percent;
      bar.textContent = `${percent}%`;
    }
    if (text) text.textContent = completed ? text.dataset.done : text.dataset.left.replace("{minutes}", minutes);
    if (completed) document.querySelectorAll("[data-when-done]").forEach((part) => { part.hidden = false; });
  }

  /* Where one was in the text, on whatever phone: what stood at the lower edge of the window comes to its upper half. */
  article.querySelector("[data-go-on]")?.addEventListener("click", (event) => {
    const box = article.getBoundingClientRect();
    scrollTo(0, scrollY + box.top + box.height * event.currentTarget.dataset.goOn / 100 - innerHeight / 2);
    const part = [...article.querySelectorAll("h2, h3, p, li")].find((one) => one.getBoundingClientRect().bottom > innerHeight / 3);
    if (!part) return;
    part.tabIndex = -1;
    part.focus({ preventScroll: true });
  });

  let positions = {};
  try { positions = JSON.parse(article.dataset.positions || "{}"); } catch { /* from the beginning */ }

  /* Films: what ran is told in stretches; a jump begins a new one. */
  article.querySelectorAll("video[data-film]").forEach((video) => {
    let last = null;
    const at = positions[video.dataset.film] ?? 0;
    const goOn = () => { if (at < video.duration - 3) video.currentTime = at; };
    // A film of the cache may know its length before this script runs.
    if (at > 3 && video.readyState > 0) goOn();
    else if (at > 3) video.addEventListener("loadedmetadata", goOn, { once: true });
    video.addEventListener("timeupdate", () => {
      const now = video.currentTime;
      const one = films[video.dataset.film] ??= { stretches: [], speed: 0, at: 0 };
      if (last !== null && !video.seeking && now > last && now - last < 1.5 * video.playbackRate) append(one.stretches, last, now);
      last = now;
      one.at = now;
      one.speed = Math.max(one.speed, video.playbackRate);
    });
    video.addEventListener("seeking", () => { last = null; });
  });
  article.querySelectorAll("[data-speed]").forEach((button) => button.addEventListener("click", () => {
    const video = document.getElementById(button.getAttribute("aria-controls"));
    video.playbackRate = Number(button.dataset.speed);
    button.parentElement.querySelectorAll("[data-speed]").forEach((one) => one.setAttribute("aria-pressed", one === button));
  }));

  document.addEventListener("visibilitychange", () => {
    count();
    if (document.visibilityState === "hidden") leave();
    else stir();
  });
  addEventListener("pagehide", leave);
  addEventListener("online", flush);
  setInterval(count, 1000);
  flush();
})();
