/** Small windows over the whole page: the browser keeps the focus inside, and Escape closes them. */

import { button, el, field, freshId } from "./dom.js";

/** Shows a dialog; `act` runs when `done` is pressed, without `done` there is only Close. */
export function openDialog(title, children, { done, act, wide } = {}) {
  const titleId = freshId("dialog");
  const close = () => dialog.close();
  const submit = (event) => {
    event.preventDefault();
    close();
    act?.();
  };
  const buttons = done
    ? [button("Cancel", close), el("button", { type: "submit", class: "primary" }, done)]
    : [button("Close", close)];
  const form = el("form", { on: { submit } }, el("h2", { id: titleId }, title), children, el("div", { class: "dialog-foot" }, buttons));
  const dialog = el("dialog", { class: wide ? "dialog wide-dialog" : "dialog", "aria-labelledby": titleId }, form);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && close());
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Asks for one line of words; an empty one does nothing. */
export function openLine({ title, label, done, act }) {
  const input = el("input", { type: "text", autocomplete: "off", required: true, maxlength: "512" });
  openDialog(title, [field(label, input)], { done, act: () => input.value.trim() && act(input.value.trim()) });
  input.focus();
}
