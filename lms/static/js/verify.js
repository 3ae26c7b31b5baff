/* The words and the signature in a certificate's QR code (certificates/proofs.py says how they are packed), checked here. Where the
   browser has no Ed25519 of its own the curve is reckoned below: RFC 8032, checking only, no secrets. */
"use strict";

(function () {
  const GAP = "\u001f", SIGNATURE = 64;

  // The curve -------------------------------------------------------------------------------------------------------------

  const P = 2n ** 255n - 19n, L = 2n ** 252n + 27742317777372353535851937790883648493n;
  const mod = (a, m = P) => { const r = a % m; return r >= 0n ? r : r + m; };
  function power(base, exponent) {
    let result = 1n;
    for (base = mod(base); exponent > 0n; exponent >>= 1n, base = mod(base * base)) if (exponent & 1n) result = mod(result * base);
    return result;
  }
  const inverse = (a) => power(a, P - 2n);
  const D = mod(-121665n * inverse(121666n)), ROOT = power(2n, (P - 1n) / 4n);

  // Points are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.
  function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
    const a = mod((y1 - x1) * (y2 - x2)), b = mod((y1 + x1) * (y2 + x2)), c = mod(2n * t1 * t2 * D), d = mod(2n * z1 * z2);
    const e = b - a, f = d - c, g = d + c, h = b + a;
    return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
  }
  function times(point, n) {
    let sum = [0n, 1n, 1n, 0n];
    for (; n > 0n; n >>= 1n, point = add(point, point)) if (n & 1n) sum = add(sum, point);
    return sum;
  }
  function little(bytes) {
    let n = 0n;
    for (let i = bytes.length - 1; i >= 0; i--) n = (n << 8n) | BigInt(bytes[i]);
    return n;
  }
  function unpack(bytes) {
    const n = little(bytes), odd = n >> 255n, y = n & ((1n << 255n) - 1n);
    if (y >= P) return null;
    const u = mod(y * y - 1n), v = mod(D * y * y + 1n);
    let x = mod(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
    if (mod(v * x * x) !== u) x = mod(x * ROOT);
    if (mod(v * x * x) !== u || (x === 0n && odd)) return null;
    if ((x & 1n) !== odd) x = P - x;
    return [x, y, 1n, mod(x * y)];
  }
  async function reckon(key, signature, message) {
    const base = unpack([0x58, ...new Array(31).fill(0x66)]);
    const a = unpack(key), r = unpack(signature.slice(0, 32)), s = little(signature.slice(32));
    if (!a || !r || s >= L) return false;
    const whole = new Uint8Array([...signature.slice(0, 32), ...key, ...message]);
    const k = little(new Uint8Array(await crypto.subtle.digest("SHA-512", whole))) % L;
    const left = times(base, s), right = add(r, times(a, k));
    return mod(left[0] * right[2] - right[0] * left[2]) === 0n && mod(left[1] * right[2] - right[1] * left[2]) === 0n;
  }
  async function isSigned(key, signature, message) {
    try {
      const known = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
      return await crypto.subtle.verify({ name: "Ed25519" }, known, signature, message);
    } catch {
      return reckon(key, signature, message);
    }
  }

  // What stands in the code -----------------------------------------------------------------------------------------------

  const bytesOf = (hex) => new Uint8Array(hex.match(/../g).map((pair) => parseInt(pair, 16)));

  /* {state, words, key}: state is right, withdrawn, wrong, key (unknown) or unreadable. */
  async function check(text, keys, names) {
    const digits = text.slice(text.lastIndexOf("#") + 1).trim();
    if (!/^[0-9]{150,4000}$/.test(digits)) return { state: "unreadable" };
    let hex = BigInt(digits).toString(16);
    if (hex.length % 2) hex = "0" + hex;
    const data = bytesOf(hex), signed = data.slice(0, -SIGNATURE), signature = data.slice(-SIGNATURE);
    if (signed.length < 3 || signed[0] !== 1) return { state: "unreadable" };
    const key = keys.find((one) => one.number === signed[1]);
    if (!key) return { state: "key" };
    if (!await isSigned(bytesOf(key.public_key), signature, signed)) return { state: "wrong" };
    const values = new TextDecoder("gb18030").decode(signed.slice(2)).split(GAP);
    const words = names.map((name, at) => [name, values[at] || ""]);
    return { state: key.withdrawn ? "withdrawn" : "right", words, key };
  }
  globalThis.checkCertificate = { check, reckon };
  if (typeof document === "undefined") return;

  // The page --------------------------------------------------------------------------------------------------------------

  // From the page of one certificate one goes on with what was scanned.
  const link = document.querySelector("[data-keep-hash]");
  if (link) link.hash = location.hash;

  const room = document.getElementById("offline");
  if (!room) return;
  const keys = JSON.parse(room.dataset.keys), labels = JSON.parse(room.dataset.labels);
  const form = document.getElementById("offline-form"), scanned = document.getElementById("scanned");
  const verdict = document.getElementById("verdict"), fields = document.getElementById("fields");

  function say(state) {
    const name = state.replace(/-./g, (part) => part[1].toUpperCase());
    const box = document.createElement("p"), strong = document.createElement("strong"), words = document.createElement("span");
    box.className = "message message--" + (state === "right" ? "jade" : state === "wrong" ? "cinnabar" : "amber");
    strong.textContent = verdict.dataset[name];
    words.append(strong, verdict.dataset[name + "How"]);
    box.append(words);
    verdict.replaceChildren(box);
  }
  async function run() {
    const found = await check(scanned.value, keys, labels.map(([name]) => name));
    say(found.state);
    fields.replaceChildren();
    fields.hidden = !found.words;
    for (const [at, [name, text]] of (found.words || []).entries()) {
      if (!text || (name === "version" && text === "1")) continue;
      const row = document.createElement("div"), term = document.createElement("dt"), value = document.createElement("dd");
      term.textContent = labels[at][1];
      value.textContent = text;
      row.append(term, value);
      fields.append(row);
    }
  }
  form.addEventListener("submit", (event) => { event.preventDefault(); run(); });
  if (location.hash.length > 150) { scanned.value = location.href; run(); }

  if ("BarcodeDetector" in window) {
    const picture = document.getElementById("picture");
    document.getElementById("picture-field").hidden = false;
    picture.addEventListener("change", async () => {
      const image = await createImageBitmap(picture.files[0]);
      const codes = await new BarcodeDetector({ formats: ["qr_code"] }).detect(image);
      if (!codes.length) { say("no-code"); return; }
      scanned.value = codes[0].rawValue;
      run();
    });
  }
})();
