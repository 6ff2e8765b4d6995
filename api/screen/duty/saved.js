/** What was saved last, with a way back: the version before is written again, in place of just that which was saved. */

import { announce, h, replace } from "../page/dom.js";
import { sentence, t } from "../page/text.js";
import { minute, now_ms } from "../page/time.js";
import { ONE, putOne } from "./asking.js";

export class Saved {
  #page;
  #place;
  /** @type {any} */ #last = null;
  #said = "";
  /** What is to be read again once a register has changed. @type {(register: string) => void} */
  onchange = () => {};

  /** @param {import("../page/page.js").Page} page @param {HTMLElement} place */
  constructor(page, place) {
    this.#page = page;
    this.#place = place;
  }

  /**
   * Something was saved.
   * @param {{ register: string, code: string, name: string, before: any, etag: string | null, begins: string }} last   before: its fields, null where it is new
   */
  note(last) {
    this.#last = { ...last, time_ms: now_ms() };
    this.#said = "";
    announce(t("duty.saved", { name: last.name }));
    this.render();
    this.onchange(last.register);
  }

  /** A register was changed in another way. @param {string} register @param {string} words */
  tell(register, words) {
    this.#last = null;
    this.#said = words;
    announce(words);
    this.render();
    this.onchange(register);
  }

  arrived({ other }) {
    if (other) this.#last = null;
    if (other) this.#said = "";
  }

  render() {
    this.#place.hidden = !this.#last && !this.#said;
    if (this.#place.hidden) return;
    const close = h("button", { type: "button", class: "quiet", "data-key": "saved-close", "aria-label": t("close"), onclick: () => this.#clear() }, "×");
    if (!this.#last) return replace(this.#place, h("span", {}, this.#said), close);
    const { name, code, before, begins, time_ms } = this.#last;
    replace(this.#place, h("span", {}, t("duty.saved.at", { name: `${name} ${code}`, time: minute(time_ms), from: begins })),
      before && h("button", { type: "button", "data-key": "undo", onclick: () => this.#undo() }, t("duty.undo")), this.#said && h("span", { class: "trouble" }, this.#said), close);
  }

  #clear() {
    this.#last = null;
    this.#said = "";
    this.render();
  }

  async #undo() {
    const { register, code, name, before, etag, begins } = this.#last;
    try {
      const { data } = await putOne(register, code, { ...before, valid_from: begins }, etag);
      this.tell(register, t("duty.undone", { name: `${name} ${code}`, from: data[ONE[register]].valid_from }));
    } catch (problem) {
      this.#said = sentence(/** @type {any} */ (problem));
      this.render();
    }
  }
}
