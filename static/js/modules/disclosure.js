/** Shows a part of a form only while a choice asks for it: data-when="outcome=deferred,noted". */

export default function disclose(part) {
  const form = part.closest("form");
  const [name, values] = part.dataset.when.split("=");
  const wanted = values.split(",");
  const update = () => {
    const chosen = new FormData(form).getAll(name).map(String);
    part.hidden = !chosen.some((value) => wanted.includes(value)) && !part.querySelector(".field--bad");
  };
  form.addEventListener("change", update);
  form.addEventListener("reset", () => setTimeout(update));
  update();
}
