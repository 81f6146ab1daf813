/** Where typed text waits in the browser: wiped on sending, on signing out and after seven days. */

const WEEK = 7 * 24 * 60 * 60 * 1000;
const PENDING = "draft:sending";

const stores = () => {
  try {
    return [localStorage, sessionStorage];
  } catch {
    return [];
  }
};

const keys = (store) => Object.keys(store).filter((key) => key.startsWith("draft:") && key !== PENDING);

export const nameOf = (form) => `draft:${form.dataset.draftKey}`;

/** The switch of a computer that others use holds for every form of its tab, until the tab is closed. */
export const SHARED = "shared-computer";

export const storeOf = (form) => {
  const [lasting, passing] = stores();
  return "shared" in form.dataset || passing?.getItem(SHARED) === "1" ? passing : lasting;
};

export const wipe = (name) => stores().forEach((store) => store.removeItem(name));

export const wipeAll = () => stores().forEach((store) => keys(store).forEach((key) => store.removeItem(key)));

export const sending = (form) =>
  stores()[1]?.setItem(PENDING, JSON.stringify({ name: nameOf(form), path: new URL(form.action).pathname }));

/** The same for a form whose answer a script has read: it is known whether the text was taken. */
export const settle = (form, wasTaken) => {
  stores()[1]?.removeItem(PENDING);
  if (wasTaken) wipe(nameOf(form));
};

/** A sent text is forgotten only when this page shows that it was taken, not when the line was dead. */
const taken = ({ name, path }) => {
  const form = [...document.querySelectorAll("form[data-draft-key]")].find((each) => nameOf(each) === name);
  if (document.body.classList.contains("keeps-drafts") || form?.querySelector(".errors")) return false;
  const [visit] = performance.getEntriesByType("navigation");
  return visit?.type === "navigate" && (visit.redirectCount > 0 || (!form && location.pathname === path));
};

export const tidy = (now = Date.now()) => {
  const [, session] = stores();
  if (!session) return;
  const sent = JSON.parse(session.getItem(PENDING) ?? "null");
  session.removeItem(PENDING);
  if (sent && taken(sent)) wipe(sent.name);
  for (const store of stores()) {
    for (const key of keys(store)) {
      let at = 0;
      try {
        at = JSON.parse(store.getItem(key)).at;
      } catch {
        at = 0;
      }
      if (!(now - at < WEEK)) store.removeItem(key);
    }
  }
  for (const form of document.querySelectorAll(".wipes-drafts form, form[data-wipes-drafts]")) form.addEventListener("submit", wipeAll);
  if (document.querySelector("[data-drafts-wiped]")) wipeAll();
};
