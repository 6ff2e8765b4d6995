/**
 * The views of a page, as tabs over the panel beside its map; and on a phone the map in their place. Its document has
 * `#tabs`, `#told`, `#panel` and `#acts` (`sided.css`), its address `see: oneOf("see", ["list", "map"])`.
 */

import { byId, h, replace } from "./dom.js";
import { t } from "./text.js";

/**
 * @typedef {{ element: HTMLElement, draw: () => void, drawActs?: () => void }} View
 * @typedef {object} Setup
 * @property {string[]} keys               parts of the state that another view may come with
 * @property {() => string} open           the name of the view that is shown
 * @property {() => string[]} offered      those that have a tab now
 * @property {(name: string) => void} go   a tab was chosen
 * @property {() => string} label          what the tabs are of
 * @property {(name: string) => string} words   of a tab
 * @property {() => string} barred         why nothing here is for the one who looks; "" where it is
 */

export class Views {
  #page;
  /** @type {Record<string, View>} */ #views;
  /** @type {Setup} */ #setup;
  #open = "";

  /** @param {import("./page.js").Page} page @param {Record<string, View>} views @param {Setup} setup */
  constructor(page, views, setup) {
    this.#page = page;
    this.#views = views;
    this.#setup = setup;
    byId("panel").append(...Object.values(views).map(({ element }) => element));
    byId("tabs").addEventListener("keydown", (event) => this.#turn(event));
    page.store.watch(setup.keys, () => this.render());
    page.store.watch(["see"], () => this.#toggle());
  }

  /** The view that is shown. */
  get open() { return this.#setup.open(); }

  render() {
    const { open } = this;
    const barred = this.#setup.barred();
    this.#tabs();
    const other = open !== this.#open;
    this.#open = open;
    for (const [name, { element }] of Object.entries(this.#views)) element.hidden = name !== open || Boolean(barred);
    document.body.dataset.view = open;
    const place = byId("told");
    place.hidden = !barred;
    replace(place, barred && h("p", { class: "empty" }, barred));
    if (other) {
      byId("panel").scrollTop = 0;
      if (!barred) this.#views[open].draw();
    }
    replace(byId("acts"));
    if (!barred) this.#views[open].drawActs?.();
    this.#toggle();
  }

  spoken() {
    this.#open = "";
  }

  #tabs() {
    const { label, offered, words, go } = this.#setup;
    const { see } = this.#page.store.state;
    const list = h("div", { role: "tablist", class: "tab-list", "aria-label": label() }, offered().map((name) => h("button", {
      type: "button", role: "tab", id: `tab-${name}`, "data-key": `tab-${name}`, "aria-controls": "panel", "aria-selected": String(name === this.open), tabindex: name === this.open ? 0 : -1,
      onclick: () => go(name),
    }, words(name))));
    byId("panel").setAttribute("aria-labelledby", `tab-${this.open}`);
    replace(byId("tabs"), list, h("button", { type: "button", class: "toggle", "data-key": "toggle", "aria-pressed": String(see === "map"), onclick: () => this.#page.store.set({ see: this.#page.store.state.see === "map" ? "list" : "map" }, { step: false }) }, t(see === "map" ? "views.list" : "views.map")));
  }

  #turn(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || event.target.getAttribute("role") !== "tab") return;
    event.preventDefault();
    const names = this.#setup.offered();
    const name = names[(names.indexOf(this.open) + step + names.length) % names.length];
    this.#setup.go(name);
    byId(`tab-${name}`).focus();
  }

  #toggle() {
    document.body.classList.toggle("see-map", this.#page.store.state.see === "map");
    const button = byId("tabs").querySelector(".toggle");
    const on = this.#page.store.state.see === "map";
    if (button) {
      button.textContent = t(on ? "views.list" : "views.map");
      button.setAttribute("aria-pressed", String(on));
    }
  }
}
