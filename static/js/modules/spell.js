/** Writes the words of a code letter by letter into a list: <ol data-module="spell" data-code="…">. */

export default function spell(list) {
  const source = document.getElementById(list.dataset.for);
  const code = list.dataset.code || source?.value || source?.textContent || "";
  list.replaceChildren(
    ...code
      .trim()
      .split(/[\s-]+/)
      .filter(Boolean)
      .map((word) => {
        const line = document.createElement("li");
        line.textContent = [...word.toUpperCase()].join(" ");
        return line;
      }),
  );
  list.hidden = false;
}
