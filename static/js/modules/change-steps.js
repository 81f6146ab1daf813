/** Single keys for the next and the previous change of a redline; off until somebody switches them on. */

const CHANGES = '.chg[role="group"] > div:first-child [id]';
const KEPT = "keys:changes";

const kept = {
  get on() {
    try {
      return localStorage.getItem(KEPT) === "on";
    } catch {
      return false;
    }
  },
  set on(value) {
    try {
      if (value) localStorage.setItem(KEPT, "on");
      else localStorage.removeItem(KEPT);
    } catch {
      /* a browser that keeps nothing still has the links */
    }
  },
};

/** Where the reader is: at the change in the address, else at the first one below the top of the window. */
const here = (changes) => {
  const at = changes.findIndex((change) => `#${change.id}` === location.hash);
  if (at >= 0) return at;
  const below = changes.findIndex((change) => change.getBoundingClientRect().bottom > 0);
  return below < 0 ? changes.length : below - 1;
};

const go = (step) => {
  const changes = [...document.querySelectorAll(CHANGES)];
  const change = changes[Math.min(Math.max(here(changes) + step, 0), changes.length - 1)];
  if (!change) return;
  location.replace(`#${change.id}`);
  change.tabIndex = -1;
  change.focus({ preventScroll: true });
  change.scrollIntoView({ block: "center" });
};

export default (element) => {
  const label = element.querySelector("label");
  const box = label.querySelector("input");
  label.hidden = false;
  box.checked = kept.on;
  box.addEventListener("change", () => {
    kept.on = box.checked;
  });
  document.addEventListener("keydown", (event) => {
    if (!box.checked || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
    const key = event.key.toLowerCase();
    if (key !== element.dataset.next && key !== element.dataset.previous) return;
    event.preventDefault();
    go(key === element.dataset.next ? 1 : -1);
  });
};
