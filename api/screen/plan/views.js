/** The three views of the page, as tabs: a plan to be made, the plan that is open, all plans; and on a phone the map in their place. */

import { byId, h, replace } from "../page/dom.js";
import { t } from "../page/text.js";
import { mayPlan, mayRead } from "./rights.js";

/** @typedef {{ element: HTMLElement, draw: () => void, drawActs?: () => void }} View */

export class Views {
  #page;
  /** @type {Record<string, View>} */ #views;
  #open = "";
  /** The plan that was looked at last: its tab stays. */ #last = "";

  /** @param {import("../page/page.js").Page} page @param {Record<string, View>} views   new, one, all */
  constructor(page, views) {
    this.#page = page;
    this.#views = views;
    byId("panel").append(...Object.values(views).map(({ element }) => element));
    byId("tabs").addEventListener("keydown", (event) => this.#turn(event));
    page.store.watch(["plan", "tab"], () => this.render());
    page.store.watch(["see"], () => this.#toggle());
  }

  /** The view that is shown. */
  get open() {
    const { plan, tab } = this.#page.store.state;
    return plan ? "one" : tab === "all" || !mayPlan(this.#page) ? "all" : "new";
  }

  /** Whether nothing here is for the one who looks. */
  get #barred() {
    return Boolean(this.#page.watch.catalogue && !mayRead(this.#page));
  }

  render() {
    const { open } = this;
    const { plan } = this.#page.store.state;
    if (plan) this.#last = plan;
    this.#tabs();
    const other = open !== this.#open;
    this.#open = open;
    for (const [name, { element }] of Object.entries(this.#views)) element.hidden = name !== open || this.#barred;
    document.body.dataset.view = open;
    this.#bar();
    if (other) {
      byId("panel").scrollTop = 0;
      if (!this.#barred) this.#views[open].draw();
    }
    replace(byId("acts"));
    if (!this.#barred) this.#views[open].drawActs?.();
    this.#toggle();
  }

  spoken() {
    this.#open = "";
  }

  #bar() {
    const place = byId("told");
    place.hidden = !this.#barred;
    replace(place, this.#barred && h("p", { class: "empty" }, t("plan.barred")));
  }

  #offered() {
    return [mayPlan(this.#page) && "new", this.#last && "one", "all"].filter(Boolean).map(String);
  }

  #tabs() {
    const { see } = this.#page.store.state;
    const list = h("div", { role: "tablist", class: "tab-list", "aria-label": t("plan.tabs") }, this.#offered().map((name) => h("button", {
      type: "button", role: "tab", id: `tab-${name}`, "data-key": `tab-${name}`, "aria-controls": "panel", "aria-selected": String(name === this.open), tabindex: name === this.open ? 0 : -1,
      onclick: () => this.#go(name),
    }, t(`plan.tab.${name}`))));
    byId("panel").setAttribute("aria-labelledby", `tab-${this.open}`);
    replace(byId("tabs"), list, h("button", { type: "button", class: "toggle", "data-key": "toggle", "aria-pressed": String(see === "map"), onclick: () => this.#page.store.set({ see: this.#page.store.state.see === "map" ? "list" : "map" }, { step: false }) }, t(see === "map" ? "plan.see.list" : "plan.see.map")));
  }

  #go(name) {
    this.#page.store.set({ plan: name === "one" ? this.#last : "", tab: name === "all" ? "all" : "new", see: "list" });
  }

  #turn(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || event.target.getAttribute("role") !== "tab") return;
    event.preventDefault();
    const names = this.#offered();
    const name = names[(names.indexOf(this.open) + step + names.length) % names.length];
    this.#go(name);
    byId(`tab-${name}`).focus();
  }

  #toggle() {
    document.body.classList.toggle("see-map", this.#page.store.state.see === "map");
    const button = byId("tabs").querySelector(".toggle");
    const on = this.#page.store.state.see === "map";
    if (button) {
      button.textContent = t(on ? "plan.see.list" : "plan.see.map");
      button.setAttribute("aria-pressed", String(on));
    }
  }
}
