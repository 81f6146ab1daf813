/** Says in words that a form is on its way, and lets it leave once only. */

export default function sayBusy(form) {
  let left = false;
  form.addEventListener("submit", (event) => {
    if (left) {
      event.preventDefault();
      return;
    }
    if (event.defaultPrevented) return;
    left = true;
    const button = event.submitter ?? form.querySelector("button:not([type=button])");
    if (!button) return;
    button.dataset.label = button.textContent;
    button.textContent = button.dataset.busy ?? form.dataset.busy;
    button.classList.add("busy");
    button.setAttribute("aria-disabled", "true");
  });
  const stay = () => {
    left = false;
    for (const button of form.querySelectorAll("button.busy")) {
      button.textContent = button.dataset.label;
      button.classList.remove("busy");
      button.removeAttribute("aria-disabled");
    }
  };
  addEventListener("pageshow", stay);
  form.addEventListener("stayed", stay);
}
