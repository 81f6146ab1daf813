/** A switch for computers that others use: what is typed is forgotten with the tab. */
import { SHARED, nameOf } from "./drafts.js";

export default function offerSwitch(label) {
  const box = label.querySelector("input");
  const form = label.closest("form") ?? document.querySelector("form[data-draft-key]");
  if (!box || !form) return;
  const move = () => {
    const [from, to] = box.checked ? [localStorage, sessionStorage] : [sessionStorage, localStorage];
    const kept = from.getItem(nameOf(form));
    if (kept) to.setItem(nameOf(form), kept);
    from.removeItem(nameOf(form));
    sessionStorage.setItem(SHARED, box.checked ? "1" : "");
  };
  try {
    box.checked = sessionStorage.getItem(SHARED) === "1";
    if (box.checked) move();
  } catch {
    return;
  }
  label.hidden = false;
  box.addEventListener("change", move);
}
