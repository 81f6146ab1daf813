/** A QR code carries the private code after "#": it goes into the form and never into a logged address. */

export default function takeCode(form) {
  const field = form.querySelector("[data-code-field]") ?? form.querySelector("input[type=text], input:not([type])");
  const code = new URLSearchParams(`code=${location.hash.slice(1)}`).get("code").trim();
  if (!field || !code || code.startsWith("f-") || !/[-\s]/.test(code)) return;
  history.replaceState(null, "", location.pathname + location.search);
  field.value = code;
  form.requestSubmit();
}
