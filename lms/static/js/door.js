/* The desk at the door (desk_door.html): find, tap, scan; without a network everything is written down here and sent later.

   Every record has a nonce made here once, so that sending it again changes nothing. What is not answered yet stays in this phone
   (localStorage, key door:<session>), whatever happens to the page. */
(() => {
  "use strict";

  const door = document.querySelector("[data-door]");
  if (!door) return;

  const KEY = `door:${door.dataset.door}`;
  const rows = [...door.querySelectorAll("[data-registration]")];
  const find = door.querySelector("#find");
  const token = door.querySelector("[name=csrfmiddlewaretoken]").value;
  const isCode = (text) => /^\d{8}$|^\d{21,30}$/.test(text);
  let unsaved = [];
  let sending = false;

  // Records ------------------------------------------------------------------------------------------------------------

  function kept() {
    try { return JSON.parse(localStorage.getItem(KEY)) ?? []; } catch { return unsaved; }
  }

  function keep(records) {
    unsaved = records;
    try {
      if (records.length) localStorage.setItem(KEY, JSON.stringify(records));
      else localStorage.removeItem(KEY);
    } catch { /* no storage: they live as long as this page */ }
  }

  function nonce() {
    return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  const leaving = () => door.querySelector("[name=way][value=out]")?.checked ?? false;

  function record(what) {
    const one = { nonce: nonce(), at: Date.now(), leaving: leaving(), ...what };
    keep([...kept(), one]);
    const row = rowOf(one);
    if (row) {
      label(row, `${clock(one.at)} ${door.dataset.sayWaiting}`, true);
      say(`${nameOf(row)}　${clock(one.at)}`);
    } else say(door.dataset.sayScanned);
    send();
  }

  function rowOf(one) {
    if (one.registration) return rows.find((row) => row.dataset.registration === String(one.registration));
    // The last part of a person's own code is the person's number: the name is known without a network.
    const person = one.code?.length > 20 ? one.code.slice(20) : null;
    return rows.find((row) => row.dataset.person === person);
  }

  async function send() {
    const records = kept();
    if (!records.length || sending) return;
    sending = true;
    const batch = records.slice(0, 200);
    try {
      const answer = await fetch(door.dataset.recordsUrl, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ records: batch, sent_at: Date.now() }),
        redirect: "manual",
        signal: AbortSignal.timeout?.(10000),
      });
      if (answer.type === "opaqueredirect" || answer.status === 403) return net(door.dataset.sayLogin);
      if (!answer.ok) throw new Error(String(answer.status));
      const { answers } = await answer.json();
      const done = new Set(answers.map((one) => one.nonce));
      const wasOffline = batch.some((one) => one.offline);
      keep(kept().filter((one) => !done.has(one.nonce)));
      answers.forEach(show);
      net(kept().length ? door.dataset.sayOffline : "");
      if (wasOffline && !kept().length) say(door.dataset.saySent);
    } catch {
      const tried = new Set(batch.map((one) => one.nonce));
      keep(kept().map((one) => (tried.has(one.nonce) ? { ...one, offline: true } : one)));
      net(door.dataset.sayOffline);
    } finally {
      sending = false;
    }
    if (kept().some((one) => !one.offline)) send();
  }

  // What is seen -------------------------------------------------------------------------------------------------------

  const clock = (at) => new Date(at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });
  const nameOf = (row) => row.querySelector("div").firstChild.textContent.trim();

  function label(row, text, here) {
    row.querySelector("[data-label]").textContent = text;
    row.toggleAttribute("data-here", here);
    row.querySelector("form").hidden = here && !leaving();
    door.querySelector("[data-came]").textContent = rows.filter((one) => one.hasAttribute("data-here")).length;
  }

  function say(text, isBad) {
    const said = door.querySelector("[data-said]");
    said.textContent = text;
    said.classList.toggle("bad", Boolean(isBad));
    said.hidden = !text;
  }

  function net(text) {
    const line = door.querySelector("[data-net]");
    line.textContent = text.replace("{n}", kept().length);
    line.hidden = !text;
  }

  function show(answer) {
    const isGood = ["accepted", "left", "repeated"].includes(answer.outcome);
    const row = rows.find((one) => one.dataset.registration === String(answer.registration));
    if (row && answer.label) label(row, answer.label, !["leave", "absent"].includes(answer.state));
    else if (!isGood) rows.filter((one) => nameOf(one) === answer.name).forEach((one) => label(one, "", false));
    const name = answer.name ? `${answer.name}　` : "";
    say(`${name}${answer.outcome === "accepted" || answer.outcome === "left" ? answer.label : answer.sentence}`, !isGood);
    navigator.vibrate?.(isGood ? 60 : [80, 60, 80]);
  }

  async function refresh() {
    if (document.visibilityState !== "visible" || kept().length) return send();
    try {
      const answer = await fetch(door.dataset.recordsUrl, { redirect: "manual" });
      if (!answer.ok) return;
      const { labels } = await answer.json();
      rows.forEach((row) => {
        const [text, here] = labels[row.dataset.registration] ?? ["", false];
        label(row, text, here);
      });
      net("");
    } catch { net(door.dataset.sayOffline); }
  }

  // Finding ------------------------------------------------------------------------------------------------------------

  let chosen = null;

  function shown() {
    return rows.filter((row) => !row.hidden);
  }

  function choose(row) {
    chosen?.removeAttribute("data-chosen");
    chosen = row ?? null;
    chosen?.setAttribute("data-chosen", "");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  function search() {
    const text = find.value.trim().toLowerCase().replace(/\s+/g, "");
    const asCode = isCode(text);
    rows.forEach((row) => { row.hidden = Boolean(text) && !asCode && !row.dataset.find.includes(text); });
    const none = door.querySelector("[data-none]");
    if (none) {
      none.textContent = door.dataset.sayNone;
      none.hidden = !text || asCode || shown().length > 0;
    }
    choose(text && !asCode ? shown().find((row) => !row.hasAttribute("data-here")) ?? shown()[0] : null);
  }

  function take(row) {
    if (!row) return;
    record({ registration: row.dataset.registration });
    find.value = "";
    search();
    find.focus({ preventScroll: true });
  }

  find.addEventListener("input", search);
  find.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = find.value.replace(/\s+/g, "");
    if (isCode(text)) {
      record({ code: text });
      find.value = "";
      search();
    } else if (text) take(chosen);
  });
  find.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const list = shown();
      choose(list[Math.min(Math.max(list.indexOf(chosen) + step, 0), list.length - 1)]);
    } else if (event.key === "Escape") { find.value = ""; search(); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) { event.preventDefault(); find.focus(); }
  });
  rows.forEach((row) => row.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); take(row); }));
  door.querySelectorAll("[name=way]").forEach((way) => way.addEventListener("change", () => {
    rows.forEach((row) => {
      row.querySelector("form").hidden = row.hasAttribute("data-here") && !leaving();
      row.querySelector("[data-verb]").textContent = door.querySelector("[name=way]:checked").parentElement.textContent.trim();
    });
  }));

  // The camera ---------------------------------------------------------------------------------------------------------

  const view = door.querySelector("[data-camera-view]");
  const video = view.querySelector("video");
  const canvas = document.createElement("canvas");
  let stream = null, last = "", lastAt = 0;

  /* The browser's own reader where there is one; else the picture is read by the server. */
  async function reader() {
    try {
      if ((await globalThis.BarcodeDetector?.getSupportedFormats())?.includes("qr_code")) {
        const detector = new BarcodeDetector({ formats: ["qr_code"] });
        return async () => (await detector.detect(video))[0]?.rawValue ?? "";
      }
    } catch { /* not here */ }
    return async () => {
      const scale = Math.min(1, 640 / Math.max(video.videoWidth, video.videoHeight, 1));
      canvas.width = video.videoWidth * scale;
      canvas.height = video.videoHeight * scale;
      canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
      const picture = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.7));
      const form = new FormData();
      form.append("picture", picture, "picture.jpg");
      const answer = await fetch(door.dataset.readUrl, { method: "POST", headers: { "X-CSRFToken": token }, body: form, redirect: "manual" });
      return answer.ok ? (await answer.json()).code : "";
    };
  }

  async function look() {
    const read = await reader();
    while (stream) {
      let code = "";
      try { if (video.readyState >= 2) code = (await read()).replace(/\s+/g, ""); } catch { /* the next picture may do */ }
      // The same code stays before the camera for a while: that is one scan.
      if (isCode(code) && (code !== last || Date.now() - lastAt > 5000)) record({ code });
      if (code) { last = code; lastAt = Date.now(); }
      await new Promise((done) => setTimeout(done, 300));
    }
  }

  function stop() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    view.hidden = true;
  }

  if (navigator.mediaDevices?.getUserMedia) {
    door.querySelector("[data-camera-bar]").hidden = false;
    door.querySelector("[data-camera]").addEventListener("click", async () => {
      if (stream) return;
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
        video.srcObject = stream;
        view.hidden = false;
        await video.play();
        look();
      } catch { stop(); say(door.dataset.sayCamera, true); }
    });
    door.querySelector("[data-camera-stop]").addEventListener("click", stop);
    addEventListener("pagehide", stop);
  }

  // What was left from before, and every now and then.
  kept().forEach((one) => { const row = rowOf(one); if (row) label(row, `${clock(one.at)} ${door.dataset.sayWaiting}`, true); });
  if (kept().length) net(door.dataset.sayOffline);
  addEventListener("online", send);
  setInterval(refresh, 10000);
  send();
})();
