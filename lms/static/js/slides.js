/* Pages side by side in a row that scrolls (templates/courses/blocks/_pages.html): buttons and keys turn them one by one.

   <div data-slides><ol tabindex="0">…</ol> [data-turn] (-1 or 1), [data-at] ("第 {n} 页，共 {all} 页") */
document.querySelectorAll("[data-slides]").forEach((box) => {
  "use strict";

  const list = box.querySelector("ol"), pages = [...list.children];
  const said = box.querySelector("[data-at]"), buttons = [...box.querySelectorAll("[data-turn]")];
  if (!said) return;

  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const left = (page) => page.offsetLeft - pages[0].offsetLeft;
  let at = 0, wanted = null;

  function show() {
    const text = said.dataset.at.replace("{n}", at + 1).replace("{all}", pages.length);
    if (said.textContent !== text) said.textContent = text;
    buttons.forEach((button) => {
      const next = at + Number(button.dataset.turn);
      button.setAttribute("aria-disabled", next < 0 || next >= pages.length);
    });
  }

  function turn(to) {
    at = wanted = Math.min(Math.max(to, 0), pages.length - 1);
    list.scrollTo({ left: left(pages[at]), behavior: calm.matches ? "auto" : "smooth" });
    show();
  }

  list.addEventListener("scroll", () => {
    const nearest = pages.reduce((best, page, index) =>
      Math.abs(left(page) - list.scrollLeft) < Math.abs(left(pages[best]) - list.scrollLeft) ? index : best, 0);
    // On its way to the page that was asked for it passes others.
    if (wanted !== null && nearest !== wanted) return;
    wanted = null;
    at = nearest;
    show();
  }, { passive: true });
  ["pointerdown", "wheel", "touchstart"].forEach((name) => list.addEventListener(name, () => { wanted = null; }, { passive: true }));

  const KEYS = { ArrowRight: () => at + 1, PageDown: () => at + 1, ArrowLeft: () => at - 1, PageUp: () => at - 1, Home: () => 0, End: () => pages.length - 1 };
  list.addEventListener("keydown", (event) => {
    if (!KEYS[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    turn(KEYS[event.key]());
  });
  buttons.forEach((button) => button.addEventListener("click", () => turn(at + Number(button.dataset.turn))));
  show();
});
