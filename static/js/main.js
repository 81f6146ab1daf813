/** Starts what a page asks for with data-module; every page works without it. */

const start = async (element, name) => {
  if (!/^[a-z-]+$/.test(name)) return;
  const module = await import(`./modules/${name}.js`);
  module.default(element);
};

const remembers = () => {
  try {
    return [localStorage, sessionStorage].some((store) => Object.keys(store).some((key) => key.startsWith("draft:")));
  } catch {
    return false;
  }
};

if (remembers()) (await import("./modules/drafts.js")).tidy();

const startAll = (part) => {
  for (const element of part.querySelectorAll("[data-module]")) {
    const names = element.dataset.module.split(" ").filter(Boolean);
    Promise.all(names.map((name) => start(element, name))).then(() => (element.dataset.started = ""));
  }
};

startAll(document);
document.addEventListener("drawn", (event) => startAll(event.target));
