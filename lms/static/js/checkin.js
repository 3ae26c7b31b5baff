/* The room's code opens this page by GET, which must record nothing; the recording POST is sent from here, once.
   Without script the button of the same form does it.

   <form data-auto-submit="key of the ticket" method="post"> … <button type="submit">签到</button></form>
   The key keeps a page that comes back with a refusal, or by the back button, from sending again by itself. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-auto-submit]");
  if (!form) return;

  const key = `check-in:${form.action}:${form.dataset.autoSubmit}`;
  try {
    if (sessionStorage.getItem(key)) return;
    sessionStorage.setItem(key, "sent");
  } catch { /* no storage: the server takes a second sending as the first */ }

  if (form.requestSubmit) form.requestSubmit();
  else form.submit();
})();
