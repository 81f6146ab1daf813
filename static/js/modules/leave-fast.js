/** Leaves at once: what was typed is wiped, and "back" does not lead here again. */
import { wipeAll } from "./drafts.js";

export default function leaveFast(link) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    wipeAll();
    document.documentElement.hidden = true;
    location.replace(link.href);
  });
}
