/** A dialogue over the page: native, closed by Escape, gone from the document once it is closed. */

import { h, replace } from "../page/dom.js";
import { t } from "../page/text.js";

let made = 0;

export class Dialog {
  #element;
  #body = h("div", { class: "dialog-body" });
  #buttons = h("div", { class: "dialog-buttons" });

  /** @param {string} title @param {{ wide?: boolean }} [options] */
  constructor(title, { wide = false } = {}) {
    const id = `dialog-${(made += 1)}`;
    const from = document.activeElement;
    this.#element = /** @type {HTMLDialogElement} */ (h("dialog", { class: wide ? "dialog wide" : "dialog", "aria-labelledby": id, onclose: () => {
      this.#element.remove();
      if (from instanceof HTMLElement && from.isConnected) from.focus({ preventScroll: true });
    } },
    h("header", {}, h("h2", { id }, title), h("button", { type: "button", class: "quiet close", "aria-label": t("close"), onclick: () => this.close() }, "×")),
    this.#body, this.#buttons));
    document.body.append(this.#element);
    this.#element.showModal();
  }

  get open() {
    return this.#element.open;
  }

  /** @param {...any} children */
  show(...children) {
    replace(this.#body, ...children);
  }

  /** @param {...any} buttons */
  offer(...buttons) {
    replace(this.#buttons, ...buttons);
  }

  /** Put the focus on the first thing that takes it. */
  focus() {
    /** @type {HTMLElement | null} */ (this.#body.querySelector("input:not([disabled]), select, textarea, button"))?.focus();
  }

  close() {
    this.#element.close();
  }
}

/** A button of a dialogue. @param {string} words @param {() => void} onclick @param {Record<string, any>} [more] */
export const button = (words, onclick, more = {}) => h("button", { type: "button", "data-key": words, onclick, ...more }, words);
