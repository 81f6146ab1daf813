/** Single keys for the list of comments and the answer beside it; off until somebody switches them on. */

const KEPT = "keys:board";

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

const links = () => [...document.querySelectorAll(".queue a")];

const isOpen = (link) => link.hasAttribute("aria-current");

/** The comment that has the focus, else the one that stands open beside the list. */
const here = (all) => {
  const focused = all.findIndex((link) => link.closest("li").contains(document.activeElement));
  return focused >= 0 ? focused : all.findIndex(isOpen);
};

const step = (by) => {
  const all = links();
  const to = here(all) + by;
  if (all[to]) all[to].focus();
  else if (by > 0) document.querySelector(".pages [rel=next]")?.click();
  else document.querySelector(".pages [rel=prev]")?.click();
};

/** Goes to what a link leads to, into the field that is filled in there. */
const follow = (name) => {
  const link = document.querySelector(`[data-key="${name}"]`);
  if (link) location.assign(`${link.href}#${link.dataset.field}`);
};

const decide = () => {
  const form = document.querySelector(".decide form");
  (form?.querySelector("input[type=radio]:checked") ?? form?.querySelector("input[type=radio]"))?.focus();
};

/** What is done to one comment, by the key for it; the page of another comment does it on arriving. */
const deeds = { d: decide, a: () => follow("a"), n: () => follow("n"), t: () => follow("t") };

const AWAITED = /^#key-([dant])$/;

const toMarked = (name) => {
  const all = links();
  const link = all[here(all)];
  if (!link || isOpen(link)) deeds[name]();
  else location.assign(`${link.href}#key-${name}`);
};

const doAwaited = () => {
  const name = AWAITED.exec(location.hash)?.[1];
  if (!name) return;
  history.replaceState(history.state, "", location.pathname + location.search);
  deeds[name]();
};

const acts = {
  j: () => step(1),
  k: () => step(-1),
  o: () => (links()[here(links())] ?? links()[0])?.click(),
  x: () => {
    const all = links();
    all[Math.max(here(all), 0)]?.closest("li")?.querySelector("input[type=checkbox]")?.click();
  },
  d: () => toMarked("d"),
  a: () => toMarked("a"),
  n: () => toMarked("n"),
  t: () => toMarked("t"),
  "/": () => {
    const field = document.querySelector("#q-words");
    field?.closest("details")?.setAttribute("open", "");
    field?.focus();
  },
};

export default (element) => {
  const label = element.querySelector("label");
  const box = label.querySelector("input");
  const list = element.querySelector("details");
  label.hidden = false;
  list.hidden = false;
  box.checked = kept.on;
  box.addEventListener("change", () => {
    kept.on = box.checked;
  });
  if (box.checked) doAwaited();
  document.addEventListener("keydown", (event) => {
    if (!box.checked || event.defaultPrevented || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      const form = event.key === "Enter" ? event.target.closest(".decide form") : null;
      form?.querySelector("button[name=next]")?.click();
      return;
    }
    if (event.key === "Escape") {
      document.activeElement?.blur();
      return;
    }
    if (event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
    if (event.key === "?") {
      list.open = !list.open;
      list.querySelector("summary").focus();
    } else if (acts[event.key.toLowerCase()]) acts[event.key.toLowerCase()]();
    else return;
    event.preventDefault();
  });
};
