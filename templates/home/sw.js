/* Keeps what was read of the guide and of the courses, the page that checks a paper, and the site's own files; nothing of a
   signed-in person, but for the sign-in desk last opened: its list must open in a cellar too, and goes when its user signs out.
   What was studied without a network is kept and sent by js/lesson.js, who came by js/door.js. */
"use strict";

const KEEP = "guide-1", DESK = "desk-1", MOST = 200;
const FILES = [{% for file in files %}"{{ file|escapejs }}", {% endfor %}"{{ offline|escapejs }}"];
const CHECK = "{{ check|escapejs }}";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEEP).then((kept) => kept.addAll(FILES)).then(() => keepAsVisitor(new URL(CHECK, location).href))
    .then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name !== KEEP && name !== DESK).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

async function store(request, answer) {
  const kept = await caches.open(KEEP);
  await kept.put(request, answer);
  const keys = await kept.keys();
  // The oldest go first; the files every page needs came first of all and are skipped.
  const spare = keys.filter((key) => ![...FILES, CHECK].includes(new URL(key.url).pathname));
  await Promise.all(spare.slice(0, Math.max(keys.length - MOST, 0)).map((key) => kept.delete(key)));
}

async function keepAsVisitor(url) {
  const answer = await fetch(url, { credentials: "omit" }).catch(() => null);
  if (answer?.ok && !answer.redirected) await store(new Request(url), answer);
}

/* A page: the newest when there is a network, else the one that was read, else the page that says so. */
async function page(request) {
  try {
    const answer = await fetch(request);
    // Kept as a visitor sees it: the phone may be handed on.
    if (answer.ok) keepAsVisitor(request.url);
    return answer;
  } catch {
    return await caches.match(request.url) ?? await caches.match("{{ offline|escapejs }}");
  }
}

/* The sign-in desk: the newest, else the one opened last. Only one is kept, and only while its user is signed in. */
async function desk(request) {
  try {
    const answer = await fetch(request);
    await caches.delete(DESK);
    if (answer.ok && !answer.redirected) await (await caches.open(DESK)).put(request.url, answer.clone());
    return answer;
  } catch {
    const kept = await caches.open(DESK);
    return await kept.match(request.url) ?? await caches.match("{{ offline|escapejs }}");
  }
}

/* A file of ours bears a hash in its name, a picture's name changes with the picture: what is kept is right. */
async function file(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await store(request, answer.clone());
  return answer;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.mode === "navigate" && /^\/accounts\/(log|sign)?out\//.test(pathname)) event.waitUntil(caches.delete(DESK));
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith("/static/") || pathname.startsWith("/media/images/")) event.respondWith(file(request));
  else if (request.mode !== "navigate") return;
  else if (pathname === CHECK || (/^\/(guide|courses)\//.test(pathname) && !/\/(print|feedback)\//.test(pathname))) event.respondWith(page(request));
  else if (/^\/desk\/sessions\/\d+\/door\/$/.test(pathname)) event.respondWith(desk(request));
  else event.respondWith(fetch(request).catch(() => caches.match("{{ offline|escapejs }}")));
});
