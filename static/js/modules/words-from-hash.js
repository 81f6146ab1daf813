/** A QR code carries the words of an invitation after "#": they go into the field, and wait there to be sent. */

export default function takeWords(form) {
  const field = form.elements.words;
  const words = decodeURIComponent(location.hash.slice(1)).trim();
  if (!field || field.value || !words.includes("-") || words.startsWith("f-")) return;
  history.replaceState(null, "", location.pathname + location.search);
  field.value = words;
}
