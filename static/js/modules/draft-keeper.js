/** Keeps what is typed into form[data-draft-key] until it is sent; data-shared forgets it with the tab. */
import { nameOf, sending, storeOf, wipe } from "./drafts.js";

const PASSING = new Set(["hidden", "password", "file", "submit", "button"]);
const kept = (form) => [...form.elements].filter((field) => field.name && !PASSING.has(field.type));
const ticked = (field) => field.type === "radio" || field.type === "checkbox";

const read = (form) => {
  const values = {};
  for (const field of kept(form)) {
    if (!ticked(field)) values[field.name] = field.value;
    else if (field.checked) (values[field.name] ??= []).push(field.value);
  }
  return values;
};

const restore = (form, values) => {
  for (const field of kept(form)) {
    if (!(field.name in values)) continue;
    if (ticked(field)) field.checked = values[field.name].includes(field.value);
    else if (field.tagName === "TEXTAREA" || field.tagName === "INPUT") field.value ||= values[field.name];
    else field.value = values[field.name];
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
};

export default function keepDraft(form) {
  if (!storeOf(form)) return;
  const name = nameOf(form);
  const answered = form.querySelector(".errors, [data-answered]");
  try {
    const draft = JSON.parse(storeOf(form).getItem(name));
    if (draft && !answered) restore(form, draft.values);
  } catch {
    wipe(name);
  }
  let timer;
  const keep = () => {
    const values = read(form);
    const typed = kept(form).some((field) => !ticked(field) && field.tagName !== "SELECT" && field.value.trim());
    try {
      if (typed) storeOf(form).setItem(name, JSON.stringify({ at: Date.now(), values }));
      else wipe(name);
    } catch {
      wipe(name);
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, 400);
  });
  form.addEventListener("change", keep);
  addEventListener("pagehide", () => timer && keep());
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = undefined;
    keep();
    sending(form);
  });
}
