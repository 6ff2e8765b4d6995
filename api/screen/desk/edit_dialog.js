/** A question with a few answers, over the page. */

import { h } from "../page/dom.js";

/**
 * Ask; the answer chosen, or "" where the question was put away by Escape. The first answer has the focus.
 * @param {{ title: string, text: string, answers: [string, string][] }} question   each answer: what it is called here, and what its button says
 * @returns {Promise<string>}
 */
export function asked({ title, text, answers }) {
  return new Promise((resolve) => {
    const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: "sign-in ask", "aria-labelledby": "ask-title" },
      h("form", { method: "dialog" }, h("h2", { id: "ask-title" }, title), h("p", {}, text),
        h("div", { class: "buttons" }, answers.map(([value, words]) => h("button", { value, "data-key": `ask-${value}` }, words))))));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
    document.body.append(dialog);
    dialog.showModal();
    /** @type {HTMLElement | null} */ (dialog.querySelector("button"))?.focus();
  });
}
