/**
 * The words of a section as the server counts them: code points of its canonical text.
 * Count chips and the bar stand among the words on the page but are not part of the text.
 */

const APART = "a.n, .pickbar, [data-apart]";
const SHORT = /(?:^|[\s(“"])(?:Mr|Mrs|Ms|Dr|Sr|Sra|Dra|St|Sgt|Lt|Capt|No|Nos|vs|etc|art|núm|pág|ej|approx|Sec|e\.g|i\.e|[ap]\.\s?m|U\.S|EE\.UU|[A-Z])\.\s+$/;

/** What a word is made of; halves of surrogate pairs belong together. */
const WORD = /[\p{L}\p{M}\p{N}’'\ud800-\udfff]/u;

const points = (text) => {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
};

export class Words {
  constructor(root) {
    this.root = root;
    this.read();
  }

  /** Reads the text nodes anew; nodes change when marks are drawn with elements. */
  read() {
    const walker = document.createTreeWalker(this.root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => {
      if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
      return node.matches(APART) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
    });
    this.nodes = [];
    this.text = "";
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      this.nodes.push({ node, at: this.text.length });
      this.text += node.data;
    }
  }

  /** UTF-16 place in the text of a boundary point of the document. */
  place(container, offset) {
    const mark = document.createRange();
    mark.setStart(container, offset);
    let place = 0;
    for (const { node, at } of this.nodes) {
      if (node === container) return at + offset;
      if (mark.comparePoint(node, 0) >= 0) return at;
      place = at + node.length;
    }
    return place;
  }

  /** Span of a selection without the white space at its ends, or null. */
  spanOf(range) {
    const start = this.place(range.startContainer, range.startOffset);
    const end = this.place(range.endContainer, range.endOffset);
    return this.trim(start, end);
  }

  trim(start, end) {
    const text = this.text.slice(start, end);
    const from = start + text.length - text.trimStart().length;
    const to = start + text.trimEnd().length;
    return from < to ? { start: from, end: to } : null;
  }

  /** The same span with the words whole in which it begins and ends. */
  whole({ start, end }) {
    const inside = (at) => WORD.test(this.text[at - 1] ?? "") && WORD.test(this.text[at] ?? "");
    while (inside(start)) start -= 1;
    while (inside(end)) end += 1;
    return { start, end };
  }

  /** Ranges of a span, one per text node, so that chips between them are left out. */
  ranges({ start, end }) {
    const found = [];
    for (const { node, at } of this.nodes) {
      const from = Math.max(start - at, 0);
      const to = Math.min(end - at, node.length);
      if (from >= to) continue;
      const range = document.createRange();
      range.setStart(node, from);
      range.setEnd(node, to);
      found.push(range);
    }
    return found;
  }

  /** The same span in code points, as addresses carry it. */
  inPoints({ start, end }) {
    const before = points(this.text.slice(0, start));
    return { start: before, end: before + points(this.text.slice(start, end)) };
  }

  /** Sentences never cross a paragraph, a list item or a cell. */
  sentences() {
    if (this.found) return this.found;
    const language = this.root.closest("[lang]")?.lang || undefined;
    const cut = globalThis.Intl?.Segmenter
      ? (text) => [...new Intl.Segmenter(language, { granularity: "sentence" }).segment(text)].map((part) => part.segment)
      : (text) => text.match(/[^.!?…]+(?:[.!?…]+["”’)]*\s*|$)/g) ?? [text];
    this.found = [];
    let at = 0;
    for (const piece of this.text.split(/(\n\n|\t)/)) {
      let from = at;
      let whole = "";
      const parts = /^(\n\n|\t)?$/.test(piece) ? [] : cut(piece);
      parts.forEach((part, index) => {
        whole += part;
        if (SHORT.test(whole) && index < parts.length - 1) return;
        const span = this.trim(from, from + whole.length);
        if (span) this.found.push(span);
        from += whole.length;
        whole = "";
      });
      at += piece.length;
    }
    return this.found;
  }
}
