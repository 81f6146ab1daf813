/** While somebody types: comments that say something like it. Nothing typed leaves this page. */

const SHORT = 4;
const STEM = 5;
const ENOUGH = 0.3;
const FEWEST = 2;
const MOST_PAGES = 3;

/** Words that nearly every sentence has, in both languages of the site, tell nobody apart. */
const EVERYWHERE = new Set(
  (
    "about also because been before could does down even every from have here into just like many more most much only other " +
    "over please same should some such than that their them then there these they this those very want were what when where " +
    "which while will with would your " +
    "algo antes aqui bien cada como cosa cuando debe deben desde despues donde ellas ellos entonces entre esos esta estan estar " +
    "estas este esto estos fuera hace hacer hasta mismo mucho nada nosotros otra otras otro otros para pero porque pueden puede " +
    "quien quiero sean siempre sobre solo tambien tanto tiene tienen toda todas todo todos usted ustedes"
  ).split(" "),
);

/** A word without its accents, its plural and most of its endings, alike in both languages. */
const stem = (word) => word.replace(/[aeo]?s?$/u, "").slice(0, STEM);

const stemsOf = (text) =>
  new Set(
    text
      .toLowerCase()
      .normalize("NFD")
      .replace(/\p{M}/gu, "")
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word.length >= SHORT && !EVERYWHERE.has(word))
      .map(stem),
  );

/** Each wording of a comment counts by itself: its own words, and a person's translation. */
const wordingsOf = (card) =>
  [...card.querySelectorAll(".body")].filter((body) => !body.closest(".comment--reply")).map((body) => body.textContent.trim());

const readPage = async (address, known) => {
  const response = await fetch(address);
  if (!response.ok) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const card of page.querySelectorAll("article.comment")) {
    const href = [...card.querySelectorAll(".acts a")].map((a) => a.getAttribute("href")).find((to) => /^\/(?!\/).*\/agree$/.test(to ?? ""));
    const wordings = wordingsOf(card);
    if (href && wordings.length) known.set(href, wordings.map((body) => ({ body, href, stems: stemsOf(body) })));
  }
  return page.querySelector("a[rel='next'][href*='cursor=']")?.getAttribute("href")?.split("#")[0] ?? null;
};

/** The comments beside the same text first, then the newest ones of the other sections. */
const read = async (here, round) => {
  const known = new Map();
  let address = here;
  for (let page = 0; address && page < MOST_PAGES; page += 1) address = await readPage(address, known);
  await readPage(round, known);
  return [...known.values()];
};

/** Cosine of two sets of words: a long text is not like a short one for two words in common. */
const likeness = (mine, theirs) => {
  const both = [...mine].filter((word) => theirs.has(word)).length;
  return both < FEWEST ? 0 : both / Math.sqrt(mine.size * theirs.size);
};

export default function showAlike(box) {
  const field = document.getElementById(box.dataset.for);
  const list = box.querySelector("ul");
  if (!field || !list) return;
  let known;
  let timer;
  const show = async () => {
    const wanted = stemsOf(field.value).size >= FEWEST;
    if (wanted) known ??= read(box.dataset.url, box.dataset.round).catch(() => []);
    const comments = (wanted && (await known)) || [];
    const mine = stemsOf(field.value);
    const found = comments
      .map((wordings) => wordings.map((one) => ({ ...one, share: likeness(mine, one.stems) })).reduce((a, b) => (b.share > a.share ? b : a)))
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
  if (field.value) show();
}
