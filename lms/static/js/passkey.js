/* Passkeys. A form with data-passkey="create" or "get": its options stand in #passkey-options; what the device answers goes into
   its field "credential". A refusal shows [data-passkey-refused]. Needs mfa/js/webauthn-json.js. */
(function () {
  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    form.addEventListener("submit", async function (event) {
      event.preventDefault();
      const refused = form.querySelector("[data-passkey-refused]");
      refused.hidden = true;
      try {
        const data = JSON.parse(document.getElementById("passkey-options").textContent);
        const making = form.dataset.passkey === "create";
        const answer = await (making ? webauthnJSON.create(data.creation_options) : webauthnJSON.get(data.request_options));
        form.elements.credential.value = JSON.stringify(answer);
        form.submit();
      } catch (error) {
        refused.hidden = false;
      }
    });
  });
})();
