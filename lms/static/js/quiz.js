/* An exam that survives a bad network: every answer is sent by itself and receipted; what cannot be sent waits in the phone.
   Without this script the same form works by its buttons. The server's clock decides; this one only shows what is left.

   <form method="post" data-save-url="…" data-attempt="17" data-seconds-left="1104">   (no limit: no data-seconds-left)
     <fieldset class="question" data-position="3"> the controls of one answer, under any name </fieldset>
     [data-go="prev|next"], [data-finish]: buttons; [data-flag]: 做个记号; [data-goto="3"]: links of the answer sheet
   With several questions on the page they are shown one at a time, so that one can go on without a network; data-paper-url
   gives those the page came without, data-standing-url says every half minute whether this page still holds the pen.
   Also: components/receipt.html, offline_bar.html, exam_timer.html, sheet_map.html (their words are in data attributes).

   data-every: all questions stay on the page. data-note-url: marks and leaving the page are told there.

   POST to data-save-url: position, response (none, one or many), nonce (a repeated nonce is the same answer again).
   Answer 2xx: {"saved_at": "10:32:05" or ISO, "receipt": "7Q3F", "seconds_left": 1090 (may be missing)}.
   4xx: {"message": "why"}: not accepted, not tried again. 401, 403 or a redirect: signed out, the answer is kept. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-save-url]");
  if (!form) return;

  const AGAIN = 5000, GIVE_UP = 10000, TYPING = 1500, ASK = 30000;
  const QUEUE = `quiz-queue:${form.dataset.attempt}`;
  const part = (name) => document.querySelector(`[data-${name}]`);
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  let questions = [...form.querySelectorAll("[data-position]")];
  let paged = questions.length > 1 && form.dataset.every === undefined;
  let at = questions[0]?.dataset.position;

  function load(key, empty) {
    try { return JSON.parse(localStorage.getItem(key)) ?? empty; } catch { return empty; }
  }
  function keep(key, value, isEmpty) {
    try {
      if (isEmpty) localStorage.removeItem(key); else localStorage.setItem(key, JSON.stringify(value));
    } catch { /* no storage: it still waits in this page */ }
  }

  /* ---- the answers of a question ---- */

  const controls = (question) => [...question.querySelectorAll("input, select, textarea")].filter((one) => one.type !== "hidden");

  function response(question) {
    return controls(question)
      .filter((one) => one.type !== "radio" && one.type !== "checkbox" || one.checked)
      .map((one) => one.value);
  }

  /* A choice needs one tick, everything typed or picked from a list has to be whole. */
  function isDone(question) {
    const open = controls(question).filter((one) => one.type !== "radio" && one.type !== "checkbox");
    return open.length ? open.every((one) => one.value.trim()) : response(question).length > 0;
  }

  function restore(question, values) {
    const rest = [...values];
    controls(question).forEach((one) => {
      if (one.type === "radio" || one.type === "checkbox") one.checked = values.includes(one.value);
      else one.value = rest.shift() ?? "";
    });
  }

  /* ---- the queue: one waiting answer per question, the newest ---- */

  const queue = load(QUEUE, {});
  const waiting = () => Object.keys(queue).length;
  const next = () => Object.keys(queue).find((position) => !queue[position].draft);
  const clock = (date) => date.toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai", hour12: false });
  // randomUUID exists on https only; a classroom may be on plain http in its own network.
  const nonce = () => crypto.randomUUID?.() ??
    [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  /* A draft is being typed: kept in the phone at once, sent when the fingers rest. */
  function answer(question, draft = false) {
    const position = question.dataset.position;
    queue[position] = { response: response(question), nonce: nonce(), at: clock(new Date()), ...(draft && { draft }) };
    keep(QUEUE, queue, false);
    mark();
    if (!draft) flush();
  }

  async function deliver(position, { response: values, nonce: token }) {
    const body = new URLSearchParams({ position, nonce: token });
    const csrf = form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    values.forEach((value) => body.append("response", value));
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), GIVE_UP);
    try {
      const reply = await fetch(form.dataset.saveUrl, {
        method: "POST", body, signal: stop.signal, credentials: "same-origin", redirect: "manual",
        headers: { "X-CSRFToken": csrf, Accept: "application/json" },
      });
      if (reply.ok) return { saved: await reply.json() };
      if (reply.type === "opaqueredirect" || reply.status === 401 || reply.status === 403) return { signedOut: true };
      if (reply.status >= 500 || reply.status === 408 || reply.status === 429) return {};
      const { message, code } = await reply.json().catch(() => ({}));
      return { refused: message ?? `${reply.status}`, code };
    } catch {
      return {};
    } finally {
      clearTimeout(timer);
    }
  }

  /* What was being typed goes as it is. */
  function sendAll() {
    Object.values(queue).forEach((entry) => { delete entry.draft; });
    return flush();
  }

  let flushing = null;
  function flush() {
    flushing ??= drain().finally(() => { flushing = null; });
    return flushing;
  }

  async function drain() {
    for (let position = next(); position !== undefined; position = next()) {
      const entry = queue[position];
      const { saved, refused, code, signedOut } = await deliver(position, entry);
      if (!saved && refused === undefined) {
        offline(!signedOut);
        receipt(signedOut ? "signIn" : "waiting", { time: entry.at });
        return;
      }
      if (queue[position]?.nonce === entry.nonce) delete queue[position];     // not if it was changed meanwhile
      keep(QUEUE, queue, !waiting());
      if (saved) {
        const time = /^\d\d:/.test(saved.saved_at) ? saved.saved_at : clock(new Date(saved.saved_at));
        receipt("saved", { time, receipt: saved.receipt });
        if (saved.seconds_left !== undefined) setTimer(saved.seconds_left);
      } else {
        receipt("refused", { reason: refused });
        if (code === "attempt.other_device") elsewhere(true);
        if (code === "attempt.late" || code === "attempt.closed") refusedLate();
      }
    }
    offline(false);
    if (over) leave();
  }

  function receipt(state, values) {
    const strip = part("receipt");
    if (!strip) return;
    strip.hidden = false;
    strip.classList.toggle("receipt--wait", state !== "saved");
    const use = strip.querySelector("use");
    use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, state === "saved" ? "#check-circle" : state === "waiting" ? "#clock" : "#warning"));
    strip.querySelector("[data-receipt-text]").textContent = fill(strip.dataset[state], values);
  }

  function offline(shown, words = "waiting") {
    const bar = part("offline");
    if (!bar) return;
    bar.hidden = !shown;
    const text = bar.querySelector("[data-offline-text]");
    if (shown) text.textContent = fill(text.dataset[words], { count: waiting() });
    showTimer();
  }

  /* ---- this page cannot save any more ---- */

  function elsewhere(told) {
    const box = part("elsewhere");
    if (box) box.hidden = !told;
  }

  let late = 0;
  function refusedLate() {
    late += 1;
    const box = part("ended");
    if (!box) return;
    box.hidden = false;
    const words = box.querySelector("[data-late]");
    words.textContent = fill(words.dataset.words, { count: late });
  }

  async function ask() {
    if (document.hidden || !form.dataset.standingUrl) return;
    const reply = await fetch(form.dataset.standingUrl, { credentials: "same-origin", redirect: "manual" }).catch(() => null);
    if (!reply?.ok) return;
    const { state, seconds_left: left } = await reply.json();
    elsewhere(state === "elsewhere");
    if (left !== undefined) setTimer(left);
    if (state === "ended") flush().then(() => { if (!waiting()) leave(); });
  }
  setInterval(ask, ASK);

  let typing = null;
  form.addEventListener("change", (event) => {
    const question = event.target.closest("[data-position]");
    clearTimeout(typing);
    if (question) answer(question);
  });
  form.addEventListener("input", (event) => {
    const question = event.target.closest("[data-position]");
    if (!question || event.isComposing || !event.target.matches("textarea, input:not([type=radio], [type=checkbox])")) return;
    clearTimeout(typing);
    answer(question, true);
    typing = setTimeout(answer, TYPING, question);
  });
  addEventListener("online", flush);
  setInterval(() => { if (waiting()) flush(); }, AGAIN);

  /* Leaving the page with answers unsent would lose sight of them: send first, and stay while there is no network. */
  let through = false;
  form.addEventListener("submit", async (event) => {
    if (through) { through = false; return; }
    if (!waiting() && navigator.onLine) return;
    event.preventDefault();
    const button = event.submitter;
    await sendAll();
    if (waiting() || !navigator.onLine) { offline(true, button?.matches("[data-finish]") ? "notYet" : "waiting"); return; }
    through = true;
    form.requestSubmit(button);
  });

  /* ---- what is said beside the answers: a mark, the page left ---- */

  function note(fields) {
    const csrf = form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    fetch(form.dataset.noteUrl, {
      method: "POST", body: new URLSearchParams(fields), credentials: "same-origin", keepalive: true, headers: { "X-CSRFToken": csrf },
    }).catch(() => { /* a lost mark costs nothing */ });
  }

  let leftAt = null;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { leftAt = performance.now(); return; }
    ask();
    if (leftAt !== null) note({ left: Math.round((performance.now() - leftAt) / 1000) });
    leftAt = null;
  });

  /* ---- one question at a time, the answer sheet, marks ---- */

  const sheet = part("sheet");
  const flags = new Set((sheet?.dataset.flags ?? "").split(",").filter(Boolean));

  function mark() {
    if (!sheet) return;
    const links = [...sheet.querySelectorAll("[data-goto]")];
    links.forEach((link) => {
      const position = link.dataset.goto;
      const question = questions.find((one) => one.dataset.position === position);
      if (question) link.classList.toggle("is-done", isDone(question));
      link.classList.toggle("is-flag", flags.has(position));
      if (position === at) link.setAttribute("aria-current", "step"); else link.removeAttribute("aria-current");
      const words = [fill(sheet.dataset[link.matches(".is-done") ? "done" : "open"], { n: position })];
      if (flags.has(position)) words.push(sheet.dataset.flagged);
      link.setAttribute("aria-label", words.join(""));
    });
    const done = links.filter((link) => link.matches(".is-done")).length;
    const count = sheet.querySelector("[data-sheet-count]");
    if (count) count.textContent = fill(count.dataset.words, { done, left: links.length - done });
    form.querySelectorAll("[data-flag]").forEach((button) => button.setAttribute("aria-pressed", flags.has(button.dataset.flag || at)));
  }

  function show(position, move = true) {
    const question = questions.find((one) => one.dataset.position === position);
    if (!question) return;
    at = position;
    questions.forEach((one) => { one.hidden = one !== question; });
    const [first, last] = [question === questions[0], question === questions[questions.length - 1]];
    form.querySelectorAll('[data-go="prev"]').forEach((button) => { button.disabled = first; });
    form.querySelectorAll('[data-go="next"]').forEach((button) => { button.textContent = last ? button.dataset.last : button.dataset.next; });
    mark();
    if (!move) return;
    history.replaceState(null, "", `?q=${position}`);                       // a reload comes back to it
    question.tabIndex = -1;
    question.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  document.addEventListener("click", (event) => {
    const flag = event.target.closest("[data-flag]");
    if (flag) {
      event.preventDefault();
      const position = flag.dataset.flag || at;
      if (!flags.delete(position)) flags.add(position);
      note({ position, flag: flags.has(position) ? 1 : 0 });
      mark();
      return;
    }
    const target = paged && event.target.closest("[data-go], [data-goto]");
    if (!target) return;
    const index = questions.findIndex((one) => one.dataset.position === at);
    const step = { prev: -1, next: 1 }[target.dataset.go];
    if (step > 0 && index === questions.length - 1) return;                 // on to the summary
    event.preventDefault();
    show(step ? questions[index + step]?.dataset.position : target.dataset.goto);
  });

  /* ---- the rest of the paper, fetched once: from here on no question needs the network ---- */

  async function fetchPaper() {
    if (questions.length !== 1 || !form.dataset.paperUrl || form.dataset.every !== undefined) return;
    const reply = await fetch(form.dataset.paperUrl, { credentials: "same-origin", redirect: "manual" }).catch(() => null);
    if (reply?.status !== 200) { if (!reply) setTimeout(fetchPaper, AGAIN); return; }
    const [own] = questions;
    const fragment = new DOMParser().parseFromString(await reply.text(), "text/html");
    const all = [...fragment.querySelectorAll("[data-position]")].map((one) => document.adoptNode(one));
    const place = all.findIndex((one) => one.dataset.position === own.dataset.position);
    if (place < 0) return;
    // Each question its own names: two groups of one name would take each other's tick. What was answered here stays.
    controls(own).forEach((one) => { one.name = `response-${own.dataset.position}`; });
    form.querySelectorAll("input[type=hidden]:is([name=position], [name=answered])").forEach((one) => one.remove());
    own.before(...all.slice(0, place));
    own.after(...all.slice(place + 1));
    all[place] = own;
    questions = all;
    paged = true;
    questions.filter((one) => one !== own).forEach(prepare);
    show(at, false);
  }

  /* ---- what is left of the time ---- */

  const timer = part("timer"), said = part("timer-said");
  let deadline = null, over = false, spoken = null;

  function setTimer(left) { deadline = performance.now() + left * 1000; }

  function showTimer() {
    if (deadline === null || !timer) return;
    const left = Math.max(Math.ceil((deadline - performance.now()) / 1000), 0);
    const [hours, minutes, seconds] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
    const two = (number) => String(number).padStart(2, "0");
    const words = hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${two(minutes)}:${two(seconds)}`;
    const sure = part("offline")?.hidden ?? true;
    timer.textContent = sure ? words : fill(timer.dataset.about, { clock: words });
    const due = [10, 5, 1].find((number) => left === number * 60);         // said aloud, not every second
    if (said && due && spoken !== due) { spoken = due; said.textContent = fill(said.dataset.minutes, { minutes: due }); }
    if (left || over) return;
    over = true;
    if (said) said.textContent = said.dataset.over;
    sendAll().then(() => { if (!waiting()) leave(); });
  }

  /* Time is up: the server has closed the paper, or does so when it is asked; it says what is shown next. */
  let leaving = false;
  function leave() {
    if (leaving || late || !navigator.onLine) return;
    leaving = true;
    setTimeout(() => location.reload(), 2000);
  }

  if (Number(form.dataset.secondsLeft) > 0) {
    setTimer(Number(form.dataset.secondsLeft));
    setInterval(showTimer, 500);
  }
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  function prepare(question) {
    const entry = queue[question.dataset.position];
    if (entry) restore(question, entry.response);
    window.arrange?.(question);
  }

  questions.forEach(prepare);
  // The page may be the answer to a POST (a saved answer brings the next question): a reload must not send it again.
  if (!paged) history.replaceState(null, "", at ? `?q=${at}` : "?q=end");
  if (paged) show(at, false);
  else mark();
  if (waiting()) sendAll();
  fetchPaper();
})();
