/**
 * The tools over the map, each a button that opens a card; one at a time, and what it leaves on the map goes with it.
 *
 * @typedef {object} Tool
 * @property {string} id
 * @property {() => (Node | null | false)[]} content   of its card, drawn anew whenever something changes
 * @property {() => void} [opened]
 * @property {() => void} [closed]
 * @property {boolean} [map]   whether it needs one
 */

import { byId, h, replace } from "../page/dom.js";
import { t } from "../page/text.js";

export class Bar {
  #desk;
  /** @type {Tool[]} */ #tools = [];
  /** @type {Tool | null} */ #open = null;
  /** @type {Element | null} */ #from = null;

  /** @param {import("./desk.js").Desk} desk */
  constructor(desk) {
    this.#desk = desk;
    byId("card").addEventListener("keydown", (event) => { if (event.key === "Escape") this.close(); });
  }

  /** @param {...Tool} tools */
  add(...tools) {
    this.#tools.push(...tools);
  }

  /** @param {string} id */
  isOpen(id) {
    return this.#open?.id === id;
  }

  /** @param {string} id */
  toggle(id) {
    const tool = this.#tools.find((one) => one.id === id) ?? null;
    if (this.#open === tool) return this.close();
    this.close();
    this.#from = document.activeElement;
    this.#open = tool;
    tool?.opened?.();
    this.render();
    if (tool && !tool.map) byId("card").focus({ preventScroll: true });
  }

  close() {
    const was = this.#open;
    if (!was) return;
    this.#open = null;
    was.closed?.();
    this.render();
    const back = this.#from instanceof HTMLElement && this.#from.dataset.key ? byId("bar").querySelector(`[data-key="${this.#from.dataset.key}"]`) : null;
    if (byId("card").contains(document.activeElement) || document.activeElement === document.body) /** @type {HTMLElement | null} */ (back)?.focus();
  }

  render() {
    const there = this.#tools.filter((tool) => !tool.map || !this.#desk.city.mapless);
    replace(byId("tools"), there.map(({ id }) => h("button", {
      type: "button", "data-key": `tool-${id}`, "aria-pressed": String(this.isOpen(id)), onclick: () => this.toggle(id),
    }, t(`tool.${id}`))));
    const card = byId("card");
    const tool = this.#open;
    card.hidden = !tool;
    if (!tool) return replace(card);
    card.setAttribute("aria-label", t(`tool.${tool.id}`));
    const typing = card.contains(document.activeElement) && document.activeElement?.matches("input:not([type=checkbox])");
    if (typing && card.dataset.tool === tool.id) return;
    card.dataset.tool = tool.id;
    replace(card, h("header", {}, h("h2", {}, t(`tool.${tool.id}`)),
      h("button", { type: "button", class: "quiet close", "data-key": "card-close", "aria-label": t("close"), onclick: () => this.close() }, "×")), ...tool.content());
  }
}
