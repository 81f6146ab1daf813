/**
 * Keeps a section while it is written: saves when typing pauses and when the page is left, shows what
 * residents would read, and never writes over another author's words (the server tells by the version).
 */
import { nameOf, storeOf, wipe } from "./drafts.js";

const PAUSE = 2500;
const LOOK = 700;
const AGAIN = 10_000;

const put = (id, html) => {
  const place = document.getElementById(id);
  const made = new DOMParser().parseFromString(html, "text/html");
  place?.replaceChildren(...made.body.childNodes);
};

const button = (words, act) => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn--2 btn--s";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
};

export default function writeDraft(form) {
  const { title, source, version, began } = form.elements;
  const status = document.getElementById("saved");
  const words = form.dataset;
  const store = storeOf(form);
  const name = nameOf(form);
  const now = () => JSON.stringify([title.value, source.value]);
  let kept = JSON.stringify([title.defaultValue, began.value]);
  let last = status.textContent;
  let sending = null;
  let parted = false;
  let gone = false;
  let saveTimer;
  let lookTimer;
  let looking;

  const say = (text, ...more) => status.replaceChildren(text, ...more.flatMap((each) => [" ", each]));
  const body = () => new FormData(form);

  const remember = () => {
    try {
      store?.setItem(name, JSON.stringify({ at: Date.now(), values: { title: title.value, source: source.value } }));
    } catch {
      wipe(name);
    }
  };

  const part = (text) => {
    parted = true;
    say(text, button(words.both, () => {
      gone = true;
      form.submit();
    }));
  };

  const took = (sent, answer) => {
    kept = JSON.stringify([sent.get("title"), sent.get("source")]);
    version.value = answer.version;
    began.value = sent.get("source");
    last = answer.words;
    for (const shown of document.querySelectorAll("[data-title-of]")) shown.textContent = sent.get("title");
    if (now() === kept) {
      wipe(name);
      put("look", answer.look);
    }
    say(last);
    const inside = document.getElementById("beside")?.contains(document.activeElement);
    if (answer.beside && !inside) put("beside", answer.beside);
  };

  /* A request that outlives its page may carry 64 kB. */
  const send = async () => {
    const sent = body();
    const keepalive = source.value.length < 15_000;
    say(words.saving);
    try {
      const answer = await fetch(words.save, { method: "POST", body: sent, keepalive });
      const found = answer.headers.get("content-type")?.includes("json") ? await answer.json() : null;
      if (answer.ok && found) took(sent, found);
      else if (answer.status === 409 && found) part(found.words);
      else say(found?.words ?? words.expired);
    } catch {
      say(words.offline);
      clearTimeout(saveTimer);
      saveTimer = setTimeout(save, AGAIN);
    }
  };

  const save = async () => {
    clearTimeout(saveTimer);
    if (sending) await sending;
    if (parted || gone || now() === kept) return;
    sending = send();
    await sending;
    sending = null;
    if (now() !== kept && !parted) saveTimer = setTimeout(save, PAUSE);
  };

  const look = async () => {
    looking?.abort();
    looking = new AbortController();
    try {
      const answer = await fetch(words.preview, { method: "POST", body: body(), signal: looking.signal });
      if (answer.ok) put("look", (await answer.json()).look);
    } catch {
      /* The next pause in typing asks again. */
    }
  };

  const typed = () => {
    remember();
    clearTimeout(lookTimer);
    lookTimer = setTimeout(look, LOOK);
    if (parted) return;
    clearTimeout(saveTimer);
    if (now() === kept && !sending) {
      say(last);
      wipe(name);
      return;
    }
    say(words.typing);
    saveTimer = setTimeout(save, PAUSE);
  };

  /* While a save is under way, the form would go out with a version that is about to be old. */
  const leave = async (event) => {
    const { submitter } = event;
    if (submitter?.name) {
      if (sending) {
        event.preventDefault();
        event.stopImmediatePropagation();
        await sending;
        form.requestSubmit(submitter);
        return;
      }
      gone = true;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    await save();
  };

  const leaving = () => {
    if (parted || gone || sending || now() === kept) return;
    gone = true;
    send();
  };

  const offerLeft = () => {
    let left;
    try {
      left = JSON.parse(store?.getItem(name) ?? "null")?.values;
    } catch {
      left = null;
    }
    if (!left || typeof left.source !== "string") return;
    if (JSON.stringify([left.title, left.source]) === kept) {
      wipe(name);
      return;
    }
    say(words.left, button(words.bring, () => {
      title.value = left.title;
      source.value = left.source;
      typed();
      source.focus();
    }));
  };

  form.querySelector("[name=look]").hidden = true;
  form.addEventListener("input", typed);
  form.addEventListener("submit", leave, { capture: true });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    save();
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save());
  addEventListener("pagehide", leaving);
  addEventListener("pageshow", () => {
    gone = false;
  });
  if (!form.querySelector(".errors")) offerLeft();
  if (now() !== kept) typed();
}
