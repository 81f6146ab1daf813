/** While somebody types: comments that say something like it. Nothing typed leaves this page. */

const SHORT = 4;
const ENOUGH = 0.35;
const wordsOf = (text) =>
  new Set(
    text
      .toLowerCase()
      .normalize("NFD")
      .replace(/\p{M}/gu, "")
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word.length >= SHORT),
  );

const read = async (address) => {
  const response = await fetch(address);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return [...page.querySelectorAll("article.comment")].flatMap((card) => {
    const body = card.querySelector(".body")?.textContent.trim();
    const link = [...card.querySelectorAll(".acts a")].find((a) => a.getAttribute("href")?.startsWith("/") && a.href.endsWith("/agree"));
    return body && link ? [{ body, href: link.getAttribute("href"), words: wordsOf(body) }] : [];
  });
};

const share = (mine, theirs) => {
  if (mine.size < 3 || !theirs.size) return 0;
  const both = [...mine].filter((word) => theirs.has(word)).length;
  return both / Math.min(mine.size, theirs.size);
};

export default function showAlike(box) {
  const field = document.getElementById(box.dataset.for);
  const list = box.querySelector("ul");
  if (!field || !list) return;
  let known;
  let timer;
  const show = async () => {
    known ??= read(box.dataset.url).catch(() => []);
    const mine = wordsOf(field.value);
    const found = (await known)
      .map((one) => ({ ...one, share: share(mine, one.words) }))
      .filter((one) => one.share >= ENOUGH)
      .sort((a, b) => b.share - a.share)
      .slice(0, 3);
    list.replaceChildren(
      ...found.map((one) => {
        const line = document.createElement("li");
        const link = document.createElement("a");
        link.href = one.href;
        link.textContent = box.dataset.agree;
        line.append(`“${one.body.length > 160 ? `${one.body.slice(0, 160)}…` : one.body}” `, link);
        return line;
      }),
    );
    box.hidden = !found.length;
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 600);
  });
}
