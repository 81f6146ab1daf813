/** Choosing words to comment on: by selecting, by tapping a sentence, or sentence by sentence. */
import { Words } from "./words.js";

const template = document.getElementById("pick-bar");
const painter = globalThis.CSS?.highlights && globalThis.Highlight;
let bar = null;
let chosen = null;

const unpaint = () => {
  if (painter) {
    CSS.highlights.delete("pick");
    return;
  }
  for (const mark of document.querySelectorAll("mark.pick")) {
    const parent = mark.parentNode;
    mark.replaceWith(...mark.childNodes);
    parent.normalize();
  }
};

const paint = (words, span) => {
  const ranges = words.ranges(span);
  if (painter) {
    CSS.highlights.set("pick", new Highlight(...ranges));
    return;
  }
  for (const range of ranges) {
    const mark = document.createElement("mark");
    mark.className = "pick";
    range.surroundContents(mark);
  }
  words.read();
};

const letGo = () => {
  if (!chosen) return;
  const { words, opener } = chosen;
  const inside = bar.contains(document.activeElement);
  unpaint();
  bar.remove();
  words.read();
  chosen = null;
  if (inside) opener?.focus();
};

const address = (words, span) => {
  const url = new URL(words.root.dataset.commentUrl, location.href);
  const { start, end } = words.inPoints(span);
  url.searchParams.set("start", start);
  url.searchParams.set("end", end);
  return url.href;
};

/** Puts an element under the words: into their list item, else after their paragraph or table. */
const putUnder = (words, span) => {
  let block = words.ranges(span).at(-1).endContainer;
  const item = block.parentElement.closest("li");
  if (item && words.root.contains(item)) {
    const inner = item.querySelector(":scope > :is(ul, ol)");
    return (element) => (inner ? inner.before(element) : item.append(element));
  }
  while (block.parentNode !== words.root) block = block.parentNode;
  return (element) => block.after(element);
};

const makeBar = () => {
  bar = template.content.firstElementChild.cloneNode(true);
  bar.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link && isPlain(event)) {
      event.preventDefault();
      const { words, span, opener } = chosen;
      const put = putUnder(words, span);
      const ranges = words.ranges(span);
      getSelection().removeAllRanges();
      letGo();
      write(link.href, { put, ranges, opener: opener ?? document.querySelector(`[data-chooses="${CSS.escape(words.root.id)}"]`) });
    }
    const step = event.target.closest("[data-step]")?.dataset.step;
    if (step === "0") letGo();
    else if (step) walk(Number(step), event.shiftKey);
  });
};

/** Only a plain click opens the form here; any other opens it where the browser is told to. */
const isPlain = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

const write = async (address, place) => (await import("./comment-form.js")).openForm(address, place);

/** `drawn` says whether the browser itself already shows the choice, as a selection. */
const choose = (words, span, { drawn = false, opener = null } = {}) => {
  const before = chosen?.opener;
  if (chosen && chosen.words !== words) letGo();
  if (!bar) makeBar();
  unpaint();
  words.read();
  if (!drawn) paint(words, span);
  chosen = { words, span, opener: opener ?? before };
  putUnder(words, span)(bar);
  bar.querySelector("a").href = address(words, span);
  bar.querySelector("[role=status]").textContent = words.text.slice(span.start, span.end);
  const all = words.sentences();
  for (const button of bar.querySelectorAll("[data-step]")) {
    const end = button.dataset.step === "-1" ? span.start <= all[0]?.start : span.end >= all.at(-1)?.end;
    button.setAttribute("aria-disabled", String(button.dataset.step !== "0" && end));
  }
};

/** Brings the bar into the window and, where both fit, the chosen words above it. */
const show = (words, span) => {
  bar.scrollIntoView({ block: "nearest" });
  const { top } = words.ranges(span)[0].getBoundingClientRect();
  const room = innerHeight - bar.getBoundingClientRect().bottom;
  if (top < 0 && room > 0) scrollBy(0, Math.max(top - 16, -room));
};

const walk = (step, extends_) => {
  const { words, span } = chosen;
  const all = words.sentences();
  const next =
    step > 0
      ? all.find((sentence) => sentence.start >= span.end) ?? null
      : all.findLast((sentence) => sentence.end <= span.start) ?? null;
  if (!next) return;
  const focused = document.activeElement;
  getSelection().removeAllRanges();
  const wider = { start: Math.min(span.start, next.start), end: Math.max(span.end, next.end) };
  choose(words, extends_ ? wider : next);
  focused?.focus({ preventScroll: true });
  show(words, chosen.span);
};

const sentenceAt = (words, place) =>
  words.sentences().find((sentence) => sentence.start <= place && place <= sentence.end);

const tapped = (words, event) => {
  if (event.target.closest("a, button, summary, .pickbar, [data-apart]") || !getSelection().isCollapsed) return;
  const point = document.caretPositionFromPoint?.(event.clientX, event.clientY);
  const range = point ? null : document.caretRangeFromPoint?.(event.clientX, event.clientY);
  const container = point?.offsetNode ?? range?.startContainer;
  if (!container || !words.root.contains(container)) return;
  const sentence = sentenceAt(words, words.place(container, point?.offset ?? range.startOffset));
  const same = chosen?.words === words && sentence?.start === chosen.span.start && sentence?.end === chosen.span.end;
  if (same || !sentence) letGo();
  else choose(words, sentence);
};

const all = [];
let timer;

const selected = () => {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  const words = all.find(({ root }) => root.contains(range.startContainer));
  if (!words || range.startContainer.parentElement?.closest(".pickbar, [data-apart]")) return;
  const reach = range.cloneRange();
  if (!words.root.contains(range.endContainer)) reach.setEnd(words.root, words.root.childNodes.length);
  words.read();
  const span = words.spanOf(reach);
  if (!span) return;
  const whole = words.whole(span);
  const widened = whole.start !== span.start || whole.end !== span.end;
  choose(words, whole, { drawn: !(widened && painter) });
};

const watch = () => {
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    timer = setTimeout(selected, 250);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !chosen) return;
    getSelection().removeAllRanges();
    letGo();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".sec__acts > a.btn");
    if (button && isPlain(event)) {
      event.preventDefault();
      write(button.href, { put: (form) => button.parentElement.after(form), opener: button });
    }
    if (chosen && !event.defaultPrevented && !event.target.closest(".pickbar") && !chosen.words.root.contains(event.target)) letGo();
  });
};

export default function commentOnWords(root) {
  if (!template) return;
  if (!all.length) watch();
  const words = new Words(root);
  all.push(words);
  root.addEventListener("click", (event) => tapped(words, event));
  const opener = document.querySelector(`[data-chooses="${CSS.escape(root.id)}"]`);
  opener?.addEventListener("click", (event) => {
    const first = words.sentences()[0];
    if (!first) return;
    event.preventDefault();
    getSelection().removeAllRanges();
    choose(words, first, { opener });
    show(words, first);
    bar.querySelector("[data-step='1']").focus({ preventScroll: true });
  });
}
