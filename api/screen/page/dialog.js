/** A dialogue over the page: native, closed by Escape, gone from the document once it is closed. */

import { h } from "./dom.js";
import { t } from "./text.js";

let made = 0;

/**
 * @param {string} title
 * @param {(close: () => void) => any} content
 */
export function openDialog(title, content) {
  const id = `page-dialog-${(made += 1)}`;
  const from = document.activeElement;
  const close = () => dialog.close();
  const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: "page-dialog", "aria-labelledby": id, onclose: () => {
    dialog.remove();
    if (from instanceof HTMLElement && from.isConnected) from.focus({ preventScroll: true });
  } },
  h("header", {}, h("h2", { id }, title), h("button", { type: "button", class: "quiet", "aria-label": t("close"), onclick: close }, "×")),
  content(close)));
  document.body.append(dialog);
  dialog.showModal();
  /** @type {HTMLElement | null} */ (dialog.querySelector("input, select, .first, button:not([aria-label])"))?.focus();
  return dialog;
}

/** Ask before what cannot be taken back. @param {string} title @param {string} words @param {string} yes @param {() => void} act */
export const confirmed = (title, words, yes, act) => openDialog(title, (close) => [
  h("p", {}, words),
  h("div", { class: "row" }, h("button", { type: "button", class: "main", "data-key": "yes", onclick: () => { close(); act(); } }, yes), h("button", { type: "button", class: "first", "data-key": "no", onclick: close }, t("dialog.no"))),
]);
