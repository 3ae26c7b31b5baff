/* An ordering question by touch and keyboard: each row gets 往前 and 往后 in the place of its list of ranks.
   The lists go on holding the answer, in the order of the paper, out of sight: the form sends what it sent without this script.

   <fieldset data-position> <ol data-arrange data-up data-down data-moved> <li> <select> <span class="arrange__text">
   window.arrange(question): once, after the lists hold what was answered; moving a row fires a change event. */
window.arrange = (question) => {
  "use strict";

  const list = question.querySelector("[data-arrange]");
  if (!list || list.matches(".is-live")) return;
  const said = question.querySelector("[data-arrange-said]");
  const words = (name, values) => list.dataset[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const store = document.createElement("div");
  store.hidden = true;

  const rows = [...list.children].map((row) => {
    const text = row.querySelector(".arrange__text"), select = row.querySelector("select");
    const rank = document.createElement("b");
    rank.className = "arrange__rank num";
    store.append(select);
    row.replaceChildren(rank, text, ...["up", "down"].map((way) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button--icon";
      button.textContent = way === "up" ? "↑" : "↓";
      button.setAttribute("aria-label", words(way, { text: text.textContent }));
      button.dataset.way = way;
      return button;
    }));
    return { row, rank, select, text: text.textContent };
  });
  const shown = () => [...list.children].map((row) => rows.find((one) => one.row === row));

  function draw() {
    const order = shown();
    order.forEach((one, index) => {
      one.rank.textContent = one.select.value || "—";
      one.row.querySelector("[data-way=up]").disabled = index === 0;
      one.row.querySelector("[data-way=down]").disabled = index === order.length - 1;
    });
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-way]");
    if (!button) return;
    const row = button.closest("li");
    if (button.dataset.way === "up") row.previousElementSibling?.before(row); else row.nextElementSibling?.after(row);
    shown().forEach((one, index) => { one.select.value = String(index + 1); });
    draw();
    (button.disabled ? row.querySelector("[data-way]:not([disabled])") : button).focus();
    const moved = rows.find((one) => one.row === row);
    if (said) said.textContent = words("moved", { text: moved.text, n: moved.select.value });
    rows[0].select.dispatchEvent(new Event("change", { bubbles: true }));
  });

  const rankOf = (one) => Number(one.select.value) || Infinity;
  [...rows].sort((one, two) => rankOf(one) - rankOf(two) || 0).forEach((one) => list.append(one.row));
  list.after(store);
  list.classList.add("is-live");
  draw();
};

if (!document.querySelector("form[data-save-url]")) document.querySelectorAll("fieldset.question").forEach((one) => window.arrange(one));
