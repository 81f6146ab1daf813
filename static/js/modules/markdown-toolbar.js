/** Buttons over a Markdown field; what they write can be undone like typing. */

const replace = (field, start, end, text, from, to) => {
  field.focus();
  field.setSelectionRange(start, end);
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  field.setSelectionRange(start + from, start + to);
};

const wrap = (field, mark, mark2 = mark) => {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const inner = value.slice(start, end);
  const outside = value.slice(start - mark.length, start) === mark && value.slice(end, end + mark2.length) === mark2;
  if (outside) {
    replace(field, start - mark.length, end + mark2.length, inner, 0, inner.length);
    return;
  }
  replace(field, start, end, mark + inner + mark2, mark.length, mark.length + inner.length);
};

const lines = (field, change) => {
  const { value } = field;
  const start = value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  const found = value.indexOf("\n", field.selectionEnd);
  const end = found < 0 ? value.length : found;
  const text = value.slice(start, end).split("\n").map(change).join("\n");
  replace(field, start, end, text, 0, text.length);
};

/* After the line at hand: what is selected stays. */
const block = (field, text, from, to) => {
  const { value } = field;
  const found = value.indexOf("\n", field.selectionEnd);
  const at = found < 0 ? value.length : found;
  const before = value.slice(0, at);
  const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  replace(field, at, at, `${gap}${text}\n`, gap.length + from, gap.length + to);
};

const ACTS = {
  bold: (field) => wrap(field, "**"),
  italic: (field) => wrap(field, "*"),
  heading: (field) => lines(field, (line) => (line.startsWith("### ") ? line.slice(4) : `### ${line}`)),
  list: (field) => lines(field, (line) => (/^[-*] /.test(line) ? line.slice(2) : `- ${line}`)),
  numbered: (field) =>
    lines(field, (line, index) => (/^\d+\. /.test(line) ? line.replace(/^\d+\. /, "") : `${index + 1}. ${line}`)),
  link: (field, words) => {
    const { selectionStart: start, selectionEnd: end, value } = field;
    const inner = value.slice(start, end) || words.linkWords;
    const at = inner.length + 3;
    replace(field, start, end, `[${inner}](https://)`, at, at + 8);
  },
  table: (field, words) => {
    const name = words.cellWords;
    block(field, `| ${name} 1 | ${name} 2 |\n| --- | --- |\n|  |  |`, 2, 4 + name.length);
  },
};

export default function offerTools(tools) {
  const field = document.getElementById(tools.dataset.for);
  if (!field) return;
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]")?.dataset.act;
    ACTS[act]?.(field, tools.dataset);
  });
  field.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const act = { b: "bold", i: "italic" }[event.key];
    if (!act) return;
    event.preventDefault();
    ACTS[act](field, tools.dataset);
  });
}
