/** The panel over the map: one thing at a time, with its title and the way to close it. */

import { byId, h, replace } from "../page/dom.js";
import { t } from "../page/text.js";

export class Panel {
  #place = byId("panel");
  /** @type {(() => void) | null} */ #closed = null;

  constructor() {
    this.#place.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
  }

  /**
   * Show something; whoever had the panel before is told that it was closed.
   * @param {string} title
   * @param {any[]} children
   * @param {() => void} closed   called once, when something else is shown or it is closed
   */
  show(title, children, closed) {
    if (this.#closed !== closed) this.#closed?.();
    this.#closed = closed;
    this.#place.hidden = false;
    byId("main").classList.add("with-panel");
    replace(this.#place,
      h("header", {}, h("h2", {}, title), h("button", { type: "button", class: "close", "data-key": "close-panel", onclick: () => this.close() }, t("close"))), ...children);
  }

  /** Take the focus, for who came by keyboard. */
  focus() {
    this.#place.focus({ preventScroll: true });
  }

  close() {
    const closed = this.#closed;
    this.#closed = null;
    this.#place.hidden = true;
    byId("main").classList.remove("with-panel");
    replace(this.#place);
    closed?.();
  }
}
