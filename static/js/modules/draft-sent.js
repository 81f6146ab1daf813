/** Once the page behind this form shows that its text was taken, what the browser kept of it is forgotten. */
import { sending } from "./drafts.js";

export default function forgetWhenTaken(form) {
  form.addEventListener("submit", () => sending(form));
}
