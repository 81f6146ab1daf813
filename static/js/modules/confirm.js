/** Asks once before an act that cannot be taken back: form[data-ask][data-no]. */

const ask = (question, yes, no) =>
  new Promise((resolve) => {
    const dialog = document.createElement("dialog");
    dialog.className = "dialog";
    const title = document.createElement("h2");
    title.id = "ask";
    title.textContent = question;
    dialog.setAttribute("aria-labelledby", title.id);
    const row = document.createElement("p");
    row.className = "row";
    for (const [label, value, kind] of [
      [yes, "yes", "btn btn--warn"],
      [no, "no", "btn btn--2"],
    ]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = kind;
      button.textContent = label;
      button.addEventListener("click", () => dialog.close(value));
      row.append(button);
    }
    dialog.append(title, row);
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
    row.lastElementChild.focus();
  });

export default function confirmFirst(form) {
  let agreed = false;
  form.addEventListener("submit", async (event) => {
    if (agreed || !("showModal" in HTMLDialogElement.prototype)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter ?? form.querySelector("button:not([type=button])");
    agreed = await ask(form.dataset.ask, button.textContent.trim(), form.dataset.no);
    if (agreed) form.requestSubmit(button);
    else button.focus();
  }, { capture: true });
  addEventListener("pageshow", () => (agreed = false));
}
