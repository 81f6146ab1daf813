/** Brings the comment form right under the words it is about; without it the form is a page. */
import { settle } from "./drafts.js";

let panel = null;
let opener = null;
let unmark = () => {};

const typed = () => panel?.querySelector("textarea[name=body]:not([hidden])")?.value ?? "";

const close = () => {
  panel?.remove();
  panel = null;
  unmark();
};

/** The chosen words stay marked while somebody writes about them. */
const mark = (ranges) => {
  unmark();
  if (!ranges || !globalThis.Highlight || !CSS.highlights) return;
  CSS.highlights.set("held", new Highlight(...ranges));
  unmark = () => CSS.highlights.delete("held");
};

const read = async (response) => {
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.querySelector("main > .page");
};

/** Puts a page's content into the panel, its heading one among those of the text. */
const fill = (content, address) => {
  const form = content.querySelector("form.form");
  if (!form.hasAttribute("action")) form.setAttribute("action", address);
  form.classList.remove("panel", "panel--accent");
  content.querySelector(".eyebrow")?.remove();
  const title = document.createElement("h3");
  title.id = "form-title";
  title.tabIndex = -1;
  title.textContent = content.querySelector("h1").textContent;
  content.querySelector("h1").replaceWith(title);
  panel.replaceChildren(...content.childNodes);
  panel.dispatchEvent(new CustomEvent("drawn", { bubbles: true }));
  return title;
};

/** What kept a text from being taken, said in place; the form stays as it was. */
const complain = (form, title, sentence) => {
  const alert = document.createElement("div");
  alert.className = "alert alert--bad";
  alert.tabIndex = -1;
  const strong = document.createElement("strong");
  strong.textContent = title;
  alert.append(strong, sentence ?? "");
  form.querySelector(":scope > .alert--bad")?.remove();
  form.prepend(alert);
  form.dispatchEvent(new Event("stayed"));
  alert.focus();
};

const send = async (form, button) => {
  const sent = new URLSearchParams(new FormData(form));
  if (button?.name) sent.append(button.name, button.value);
  const here = panel;
  try {
    const response = await fetch(form.action, { method: "POST", body: sent });
    if (response.redirected) {
      settle(form, response.ok);
      location.assign(response.url);
      return;
    }
    const content = await read(response);
    if (panel !== here) return;
    settle(form, false);
    if (content?.querySelector("form.form")) {
      const title = fill(content, form.action);
      if (!panel.querySelector(".errors")) (panel.querySelector("textarea:not([hidden])") ?? title).focus();
      panel.scrollIntoView({ block: "nearest" });
    } else {
      complain(form, content?.querySelector("h1")?.textContent ?? "", content?.querySelector(".lede")?.textContent);
    }
  } catch {
    settle(form, false);
    complain(form, panel.dataset.offline);
  }
};

const listen = () => {
  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.target, event.submitter);
  });
  panel.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const act = link.dataset.inline ?? (link.closest(".form__acts") ? "close" : "");
    if (!act) return;
    event.preventDefault();
    const [here, back] = [panel, opener];
    if (act === "here") openForm(link.href, { put: (form) => here.before(form), opener });
    else close();
    if (act !== "here") back?.focus();
    if (act === "choose") back?.closest(".sec")?.querySelector("[data-chooses]")?.click();
  });
};

/** Opens the form at `address` where `put` puts it; what was typed in an open one moves along. */
export async function openForm(address, { put, ranges = null, opener: from = null }) {
  const text = typed();
  let content;
  try {
    content = await read(await fetch(address));
  } catch {
    content = null;
  }
  if (!content?.querySelector("form.form textarea")) {
    location.assign(address);
    return;
  }
  const fresh = document.getElementById("pick-form").content.firstElementChild.cloneNode(true);
  put(fresh);
  close();
  panel = fresh;
  opener = from;
  listen();
  mark(ranges);
  fill(content, address);
  const field = panel.querySelector("textarea[name=body]");
  if (text && !field.value) field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus({ preventScroll: true });
  panel.scrollIntoView({ block: "nearest" });
}
