/** What is known of one feature; or, where several lie under the pointer, which of them is meant. */

import { announce, byId, h, replace } from "../page/dom.js";
import { hasText, number, say, sentence, t } from "../page/text.js";
import { minute } from "../page/time.js";
import { readFeature, readFeatureThen } from "./asking.js";
import { elsewhere } from "./elsewhere.js";

const HIDDEN = new Set(["geom", "geom_3857", "geometry"]);
/** What every layer's table says of the row itself, not of the thing: folded away. */
const VERSION = new Set(["provenance", "edition_id", "valid_from", "valid_to", "known_from", "known_to", "made_by"]);

/** @param {import("./desk.js").Desk} desk */
export function detailsPanel(desk) {
  const panel = byId("details");
  const view = new Details(desk, panel);
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") view.close();
  });
  return view;
}

class Details {
  #desk;
  #panel;
  /** @type {any} */ #feature = null;
  /** @type {import("../page/store.js").Selection | null} */ #selected = null;
  /** @type {import("../map/picking.js").Shown[]} */ #choices = [];
  /** @type {any} */ #problem = null;
  /** @type {Element | null} */ #from = null;

  constructor(desk, panel) {
    this.#desk = desk;
    this.#panel = panel;
  }

  /** Offer these features to choose from. @param {import("../map/picking.js").Shown[]} choices */
  offer(choices) {
    this.#remember();
    this.#choices = choices;
    this.render();
    this.#panel.focus({ preventScroll: true });
    announce(t("details.several", { n: choices.length }));
  }

  /**
   * Read and show the chosen feature; null closes.
   * @param {import("../page/store.js").Selection | null} selected
   * @returns {Promise<any>} the feature, null where there is none
   */
  async show(selected) {
    if (selected) this.#remember();
    Object.assign(this, this.#blank(selected));
    this.render();
    if (!selected) return null;
    try {
      const feature = await this.#read(selected);
      if (this.#selected !== selected) return null;
      this.#feature = feature;
      announce(nameOf(feature));
    } catch (problem) {
      if (this.#selected !== selected) return null;
      this.#problem = problem;
    }
    this.render();
    return this.#feature;
  }

  /** Read the shown feature again, quietly; it, where it is another now. @returns {Promise<any>} */
  async renew() {
    const selected = this.#selected;
    if (!selected || (!this.#feature && !this.#problem)) return null;
    const before = JSON.stringify(this.#feature);
    const told = await this.#read(selected).then((feature) => ({ feature, problem: null }), (problem) => ({ feature: null, problem }));
    if (this.#selected !== selected || JSON.stringify(told.feature) === before) return null;
    this.#feature = told.feature;
    this.#problem = told.problem;
    this.render();
    return told.feature;
  }

  /** As it stands now, or stood at the time that the map shows. */
  #read({ layer, id }) {
    const { when } = this.#desk.narrowing;
    return this.#desk.narrowing.then && this.#desk.watch.layer(layer)?.kept ? readFeatureThen(layer, id, when) : readFeature(layer, id);
  }

  /** Put the focus here, as one who asked for it expects. */
  focus() {
    if (!this.#panel.hidden) this.#panel.focus({ preventScroll: true });
  }

  close() {
    this.#choices = [];
    this.#desk.store.set({ selected: null });
    this.render();
    const back = this.#from;
    this.#from = null;
    if (back) standIn(back)?.focus({ preventScroll: true });
  }

  render() {
    this.#panel.hidden = !this.#selected && this.#choices.length === 0;
    if (this.#panel.hidden) return replace(this.#panel);
    replace(this.#panel, ...(this.#choices.length ? this.#list() : this.#one()));
  }

  #blank(selected) {
    this.#selected = selected;
    this.#choices = [];
    this.#feature = this.#problem = null;
    return {};
  }

  #remember() {
    const active = document.activeElement;
    if (this.#panel.hidden && active !== document.body) this.#from = active;
  }

  #list() {
    const titleOf = (layer) => say(this.#desk.watch.layer(layer)?.title) || layer;
    return [this.#head(t("details.several", { n: this.#choices.length }), ""),
      h("ul", { class: "choices" }, this.#choices.map((one) => h("li", {},
        h("button", { type: "button", class: "item", "data-key": `${one.layer}/${one.id}`, onclick: () => this.#desk.choose(one) },
          h("span", {}, one.name || one.code || one.id), h("small", {}, titleOf(one.layer))))))];
  }

  #one() {
    const layer = this.#desk.watch.layer(this.#selected?.layer ?? "");
    const title = say(layer?.title) || this.#selected?.layer || "";
    if (this.#problem) return [this.#head(title, ""), h("p", { class: "trouble" }, sentence(this.#problem)), this.#retry()];
    if (!this.#feature) return [this.#head(title, ""), h("p", { class: "hint" }, t("loading"))];
    return [this.#head(nameOf(this.#feature), title), h("div", { class: "buttons" }, this.#locate(), this.#desk.editing?.startButton(layer, this.#selected?.id ?? ""),
      elsewhere(layer, this.#feature, this.#desk.store.state.language)), ...tablesOf(this.#feature, layer)];
  }

  #head(title, under) {
    return h("header", {}, h("div", {}, h("h2", {}, title), under && h("p", { class: "under" }, under)),
      h("button", { type: "button", class: "quiet close", "data-key": "close", "aria-label": t("close"), onclick: () => this.close() }, "×"));
  }

  #retry() {
    return h("button", { type: "button", "data-key": "retry", onclick: () => this.show(this.#selected && { ...this.#selected }) }, t("retry"));
  }

  #locate() {
    return this.#desk.map && h("button", { type: "button", "data-key": "locate", onclick: () => this.#desk.locate(this.#feature) }, t("details.locate"));
  }
}

/** The element, or the one drawn in its place since, told by its key. @param {Element} gone @returns {HTMLElement | null} */
function standIn(gone) {
  const { key } = /** @type {HTMLElement} */ (gone).dataset;
  const now = gone.isConnected || !key ? gone : document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  return now instanceof HTMLElement && now.isConnected ? now : null;
}

function nameOf({ id, properties }) {
  return String(properties.name || properties.code || id || t("details.unnamed"));
}

function tablesOf(feature, layer) {
  const words = feature.columns ?? {};
  const known = Object.keys(words).filter((column) => column in feature.properties);
  const columns = [...new Set([...known, ...Object.keys(feature.properties)])].filter((column) => !HIDDEN.has(column));
  const table = (some, caption) => h("table", {}, h("caption", { class: "unseen" }, caption), h("tbody", {}, some.map((column) => h("tr", {},
    h("th", { scope: "row", title: column }, say(words[column]) || column),
    h("td", {}, shown(column, feature.properties[column], words[column]?.options))))));
  const version = columns.filter((column) => VERSION.has(column));
  return [table(columns.filter((column) => !VERSION.has(column)), say(layer?.title)),
    version.length > 0 && h("details", { class: "version" }, h("summary", { "data-key": "version" }, t("details.version")), table(version, t("details.version")))];
}

/** A value as people read it: an enumeration's word, a time in the deployment's zone, a number in the language's way. */
function shown(column, value, options) {
  const option = options?.find((one) => one.value === String(value));
  if (option) return say(option);
  if (value === null || value === undefined || value === "") return t("none");
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : number(value, 2);
  if (typeof value === "object") return JSON.stringify(value);
  if (hasText(`${column}.${value}`)) return t(`${column}.${value}`);
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return minute(value);
  return /^\d{4}-\d\d-\d\d$/.test(value) ? value : String(value);
}
