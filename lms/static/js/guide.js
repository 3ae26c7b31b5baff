/* Remembers which layer the reader belongs to. What is shown follows the radio buttons by CSS alone; without this file the
   choice simply does not outlive the page. */
(() => {
  "use strict";

  const KEY = "guide-lens";
  const group = document.querySelector("[data-lens]");
  if (!group) return;
  const buttons = [...group.querySelectorAll('input[type="radio"]')];

  const recall = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const remember = (value) => {
    try { if (value) localStorage.setItem(KEY, value); else localStorage.removeItem(KEY); } catch { /* this page only */ }
  };

  const stored = buttons.find((button) => button.value === recall());
  if (stored) stored.checked = true;
  let current = stored || null;

  // A second tap on one's own layer shows everything again.
  buttons.forEach((button) => button.addEventListener("click", () => {
    if (button === current) { button.checked = false; current = null; } else { current = button; }
    remember(current && current.value);
  }));
})();
