/** A switch for computers that others use: what is typed is forgotten with the tab. */
import { nameOf } from "./drafts.js";

const NAME = "shared-computer";

export default function offerSwitch(label) {
  const box = label.querySelector("input");
  const form = label.closest("form") ?? document.querySelector("form[data-draft-key]");
  if (!box || !form) return;
  const move = () => {
    const [from, to] = box.checked ? [localStorage, sessionStorage] : [sessionStorage, localStorage];
    const kept = from.getItem(nameOf(form));
    if (kept) to.setItem(nameOf(form), kept);
    from.removeItem(nameOf(form));
    if (box.checked) form.dataset.shared = "";
    else delete form.dataset.shared;
    sessionStorage.setItem(NAME, box.checked ? "1" : "");
  };
  try {
    box.checked = sessionStorage.getItem(NAME) === "1";
    if (box.checked) move();
  } catch {
    return;
  }
  label.hidden = false;
  box.addEventListener("change", move);
}
