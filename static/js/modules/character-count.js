/** Counts the characters of a field as the server does: in code points. */

export default function countCharacters(words) {
  const field = document.getElementById(words.dataset.for);
  if (!field) return;
  const max = Number(words.dataset.max);
  const language = document.documentElement.lang || undefined;
  const number = new Intl.NumberFormat(`${language}-US`);
  const status = document.createElement("span");
  status.className = "sr";
  status.setAttribute("role", "status");
  words.after(status);
  let timer;
  const show = () => {
    const count = [...field.value].length;
    const over = count - max;
    words.textContent =
      over > 0
        ? words.dataset.over.replace("{over}", number.format(over))
        : words.dataset.words.replace("{count}", number.format(count)).replace("{max}", number.format(max));
    words.classList.toggle("count--over", over > 0);
    clearTimeout(timer);
    timer = setTimeout(() => (status.textContent = count > max * 0.9 ? words.textContent : ""), 1000);
  };
  field.addEventListener("input", show);
  show();
}
