/** Folded parts open for whoever prints, and for an address that names something inside them. */

const openFor = (place) => {
  const fold = place && document.getElementById(decodeURIComponent(place.slice(1)))?.closest("details");
  if (!fold || fold.open) return;
  fold.open = true;
  fold.scrollIntoView();
};

export default function unfold(part) {
  const shut = new Set();
  openFor(location.hash);
  addEventListener("hashchange", () => openFor(location.hash));
  addEventListener("beforeprint", () => {
    for (const fold of part.querySelectorAll("details:not([open])")) {
      shut.add(fold);
      fold.open = true;
    }
  });
  addEventListener("afterprint", () => {
    for (const fold of shut) fold.open = false;
    shut.clear();
  });
}
