/** The sentence over the map: loading, trouble with a way out, or why there is no map. */

import { byId, h, replace } from "./dom.js";
import { t } from "./text.js";

/** One notice at a time; each says itself anew, so that a language switch is followed by a render of its cause. */
export class Notice {
  #place = byId("notice");

  clear() {
    this.#place.hidden = true;
    replace(this.#place);
  }

  /** @param {string} sentence */
  loading(sentence) {
    this.#show("loading", h("p", {}, sentence));
  }

  /** @param {string} title @param {string} more */
  say(title, more) {
    this.#show("plain", h("h2", {}, title), more && h("p", {}, more));
  }

  /**
   * @param {string} title
   * @param {string} more
   * @param {() => void} retry
   * @param {string} [action] what the button says
   */
  trouble(title, more, retry, action = t("retry")) {
    this.#show("trouble", h("h2", {}, title), more && h("p", {}, more),
      h("button", { type: "button", "data-key": "retry", onclick: retry }, action));
  }

  #show(kind, ...children) {
    this.#place.className = `notice ${kind}`;
    this.#place.hidden = false;
    replace(this.#place, ...children);
  }
}
