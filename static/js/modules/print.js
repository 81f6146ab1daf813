/** A print button, shown only where it can work. */

export default function offerPrint(button) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
