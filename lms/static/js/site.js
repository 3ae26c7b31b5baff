/* Loaded in <head> without defer, on purpose: the reader's large type must be set before the first line is drawn.
   Everything a page needs beyond plain HTML on every page is here; what one page needs alone is in its own file. */
(() => {
  "use strict";

  const root = document.documentElement;
  const KEY = "text-size";

  // Browsers in private mode, and some inside WeChat, throw when storage is touched.
  const stored = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const store = (key, value) => { try { localStorage.setItem(key, value); } catch { /* this visit only */ } };

  root.dataset.js = "";
  if (/MicroMessenger/i.test(navigator.userAgent)) root.dataset.wechat = "";
  if (stored(KEY) === "large") root.dataset.text = "large";

  /* 大字版 */
  function textSize() {
    const buttons = document.querySelectorAll("[data-text-size]");
    const show = () => buttons.forEach((button) => button.setAttribute("aria-pressed", root.dataset.text === "large"));
    buttons.forEach((button) => button.addEventListener("click", () => {
      if (root.dataset.text === "large") delete root.dataset.text; else root.dataset.text = "large";
      store(KEY, root.dataset.text || "");
      show();
    }));
    show();
  }

  /* htmx is 50 KB and few pages use it: it comes where an hx- attribute stands (data-hx- in valid HTML). Not before "load": between the end of
     parsing and that moment htmx would wait for a DOMContentLoaded that is already over. */
  function htmx() {
    const source = document.querySelector('meta[name="htmx-source"]');
    if (!source || window.htmx || document.querySelector('script[src*="htmx"]')) return;
    const verbs = ["get", "post", "put", "patch", "delete", "boost"];
    if (!document.querySelector(verbs.map((verb) => `[hx-${verb}], [data-hx-${verb}]`).join())) return;
    const script = document.createElement("script");
    script.src = source.content;
    document.head.append(script);
  }

  /* The Enter that chooses a word in a Chinese input method must not send the form. Safari reports it as key code 229. */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.isComposing || event.keyCode === 229)) return;
    if (event.target instanceof HTMLInputElement) event.preventDefault();
  }, true);

  /* A second tap on a slow network must not send the form twice. The button stays enabled: a disabled one would drop
     its name and value. After fifteen seconds, or on coming back to the page, one may try again. */
  const free = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll('[aria-busy="true"]').forEach((button) => button.removeAttribute("aria-busy"));
    const words = form.dataset.busy && document.getElementById(form.dataset.busy);
    if (words) words.hidden = true;
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-repeatable")) return;
    if ("sent" in form.dataset) { event.preventDefault(); return; }
    form.dataset.sent = "";
    const button = event.submitter || form.querySelector('[type="submit"]');
    if (button) button.setAttribute("aria-busy", "true");
    /* What takes seconds says what it is doing: <form data-busy="id of a hidden element">. */
    const words = form.dataset.busy && document.getElementById(form.dataset.busy);
    if (words) words.hidden = false;
    setTimeout(free, 15000, form);
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(free);
  });

  /* Small things by one listener, so that they also work in parts htmx brings in later. */
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-print], [data-dismiss]");
    if (!target) return;
    if (target.hasAttribute("data-print")) print();
    else target.closest("[data-toast]")?.remove();
  });
  document.addEventListener("change", (event) => {
    const input = event.target;
    const name = input.type === "file" && input.closest(".upload")?.querySelector("[data-upload-name]");
    if (!name) return;
    name.dataset.empty ??= name.textContent;
    name.textContent = [...input.files].map((file) => file.name).join("、") || name.dataset.empty;
  });

  /* Browsers before popover (2023): the same buttons open and close the explanations of words. Drawers stand open. */
  function popovers() {
    if ("popover" in HTMLElement.prototype) return;
    root.dataset.noPopover = "";
    let opener = null;
    const close = () => {
      document.querySelectorAll(".popover[data-open]").forEach((box) => box.removeAttribute("data-open"));
      opener?.focus();
      opener = null;
    };
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[popovertarget]");
      const box = button && document.getElementById(button.getAttribute("popovertarget"));
      const inside = event.target.closest(".popover[data-open]");
      if (opener && !(inside && !button)) {
        const again = opener === button;
        close();
        if (again) return;
      }
      if (!box?.matches(".popover")) return;
      box.dataset.open = "";
      box.tabIndex = -1;
      box.focus();
      opener = button;
    });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && opener) close(); });
  }

  /* Pages of the guide that were read stay readable without a network (sw.js). */
  addEventListener("load", () => { navigator.serviceWorker?.register("/sw.js").catch(() => { /* private mode */ }); });
  addEventListener("load", htmx);
  document.addEventListener("DOMContentLoaded", () => {
    textSize();
    popovers();
    document.querySelector("[data-error-summary]")?.focus();
  });
})();
