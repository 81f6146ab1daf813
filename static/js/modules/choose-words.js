/** Lets somebody mark words of a text; the form then sends their span instead of the list's. */
import { Words } from "./words.js";

export default (root) => {
  const form = root.closest("form");
  const span = form.elements.namedItem("span");
  const said = root.querySelector("[role=status]");
  const words = new Words(root.querySelector("[data-words]"));
  root.hidden = false;

  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    if (!words.root.contains(range.commonAncestorContainer)) return;
    const found = words.spanOf(range);
    if (!found) return;
    const { start, end } = words.inPoints(found);
    span.value = `${start}-${end}`;
    said.textContent = `${root.dataset.chosen} ${words.text.slice(found.start, found.end)}`;
    form.querySelector("input[name=where][value=words]").checked = true;
  });

  form.addEventListener("change", (event) => {
    if (event.target.name !== "words") return;
    span.value = "";
    said.textContent = "";
  });
};
