/** The filter of one layer: conditions on its columns, an area, and the time of the whole map; what matches, and files of just that. */

import { byId, h, replace } from "../page/dom.js";
import { number, say, t } from "../page/text.js";
import { BARE, OPERATORS, isSound } from "./cql.js";
import { Drawing } from "./drawing.js";
import { MOST_CORNERS, isFilter } from "./fields.js";
import { operatorWords, termWords } from "./filter_words.js";
import { Matching } from "./matching.js";

/** @param {import("./desk.js").Desk} desk */
export function filterPanel(desk) {
  const panel = new Panel(desk, byId("panel-filter"));
  return () => panel.render();
}

class Panel {
  #desk;
  #panel;
  #matching;
  /** What is being put together. */ #draft = { column: "", operator: "", value: "" };
  /** @type {Drawing | null} */ #drawing = null;

  constructor(desk, panel) {
    this.#desk = desk;
    this.#panel = panel;
    this.#matching = new Matching(desk, () => this.render());
  }

  render() {
    const { state } = this.#desk.store;
    if (state.panel !== "filter" || !this.#desk.watch.catalogue) return;
    // What is being typed must not be taken from under the fingers.
    if (this.#panel.contains(document.activeElement) && document.activeElement?.matches("input:not([type=date])") && this.#panel.querySelector("[data-key=value]")) {
      return this.#matching.ask(this.#layer());
    }
    const layer = this.#layer();
    replace(this.#panel, ...(layer ? this.#content(layer) : [h("p", { class: "hint" }, t("layers.none"))]));
    this.#matching.ask(layer);
  }

  /** The layer in hand: the one last chosen, else one that is filtered, else the topmost that is on. */
  #layer() {
    const layers = this.#desk.dressed().reverse();
    const { filter } = this.#desk.store.state;
    const chosen = layers.find(({ id }) => id === this.#desk.filtering) ?? layers.find(({ id }) => isFilter(filter[id]))
      ?? layers.find((one) => this.#desk.shows(one)) ?? layers[0];
    if (chosen) this.#desk.filtering = chosen.id;
    return chosen;
  }

  #content(layer) {
    const layers = this.#desk.dressed().reverse();
    const filter = this.#filter(layer.id);
    const columns = this.#desk.narrowing.columns(layer.id);
    const choose = (event) => { this.#desk.filtering = event.target.value; this.#draft = { column: "", operator: "", value: "" }; this.render(); };
    return [
      h("label", { class: "field" }, h("span", {}, t("filter.layer")), h("select", { "data-key": "layer", onchange: choose },
        layers.map(({ id, title }) => h("option", { value: id, selected: id === layer.id }, say(title))))),
      h("h3", {}, t("filter.where")),
      filter.where.length > 0 && h("ul", { class: "chips" }, filter.where.map((term, at) => chip(termWords(term, columns), `term-${at}`,
        () => this.#set(layer.id, { ...filter, where: filter.where.filter((_, other) => other !== at) })))),
      columns ? this.#adding(layer, filter, columns) : h("p", { class: "hint" }, t("loading")),
      h("h3", {}, t("filter.area")), ...this.#area(layer, filter),
      h("h3", {}, t("filter.time")), ...this.#time(layer),
      h("h3", {}, t("filter.matching")), ...this.#matching.shown(layer),
    ];
  }

  #filter(id) {
    return this.#desk.store.state.filter[id] ?? { where: [], area: null };
  }

  #set(id, filter) {
    const { [id]: _before, ...rest } = this.#desk.store.state.filter;
    this.#desk.store.set({ filter: isFilter(filter) ? { ...rest, [id]: filter } : rest });
  }

  #adding(layer, filter, columns) {
    const draft = this.#draft;
    const column = columns.find(({ name }) => name === draft.column) ?? columns.find(({ name }) => name === "name") ?? columns[0];
    const operators = OPERATORS[column.kind];
    const operator = operators.includes(draft.operator) ? draft.operator : operators[0];
    const change = (patch) => { Object.assign(draft, { column: column.name, operator }, patch); this.render(); };
    const value = () => draft.value || (column.kind === "choice" ? column.options[0]?.value : column.kind === "boolean" ? "true" : "") || "";
    const add = (event) => {
      event.preventDefault();
      if (!isSound(operator, value(), column)) return;
      this.#draft = { column: column.name, operator, value: "" };
      /** @type {HTMLElement} */ (document.activeElement)?.blur();
      this.#set(layer.id, { ...filter, where: [...filter.where, [column.name, operator, BARE.has(operator) ? "" : value()]] });
    };
    return h("form", { class: "adding", onsubmit: add },
      picker("column", t("filter.column"), columns.map(({ name, title }) => [name, title]), column.name, (name) => change({ column: name, operator: "", value: "" })),
      picker("operator", t("filter.operator"), operators.map((one) => [one, operatorWords(one, column.kind)]), operator, (one) => change({ operator: one })),
      !BARE.has(operator) && valueField(column, value(), (said) => { draft.value = said; }),
      h("button", { type: "submit", class: "main", "data-key": "add" }, t("filter.add")));
  }

  #area(layer, filter) {
    const set = (area) => this.#set(layer.id, { ...filter, area });
    if (this.#drawing) {
      return [h("p", { class: "hint" }, t("sketch.hint.area")), h("div", { class: "buttons" },
        h("button", { type: "button", class: "main", "data-key": "area-done", onclick: () => this.#drawing?.finish() }, t("sketch.done")),
        h("button", { type: "button", "data-key": "area-stop", onclick: () => this.#drawing?.stop() }, t("sketch.cancel")))];
    }
    return [
      filter.area && h("ul", { class: "chips" }, chip(t("filter.area.in", { n: filter.area.length }), "area", () => set(null))),
      h("div", { class: "buttons" },
        h("button", { type: "button", "data-key": "area-view", onclick: () => set(this.#desk.viewCorners()) }, t("filter.area.view")),
        this.#desk.map && h("button", { type: "button", "data-key": "area-draw", onclick: () => this.#draw(set) }, t("filter.area.draw"))),
    ];
  }

  #draw(set) {
    this.#drawing = new Drawing(this.#desk, {
      area: true,
      finished: (drawing) => { const corners = drawing.corners.slice(0, MOST_CORNERS); drawing.stop(); set(corners); },
      stopped: () => { this.#drawing = null; this.render(); },
    });
    this.render();
  }

  #time(layer) {
    const { day, known } = this.#desk.store.state;
    const field = (key, type, value) => h("label", { class: "field" }, h("span", {}, t(`filter.${key}`)), h("input", {
      type, value, "data-key": key, onchange: (event) => this.#desk.store.set({ [key]: event.target.value.slice(0, 16) }),
    }));
    return [field("day", "date", day), field("known", "datetime-local", known),
      h("p", { class: "hint" }, t(layer.kept ? "filter.time.hint" : "filter.time.notkept")),
      (day || known) && h("button", { type: "button", "data-key": "now", onclick: () => this.#desk.store.set({ day: "", known: "" }) }, t("filter.now"))];
  }
}

function chip(words, key, remove) {
  return h("li", { class: "chip" }, h("span", {}, words),
    h("button", { type: "button", class: "quiet", "data-key": `off-${key}`, "aria-label": t("filter.remove", { what: words }), onclick: remove }, "×"));
}

function picker(key, label, options, chosen, listener) {
  return h("select", { "data-key": key, "aria-label": label, onchange: (event) => listener(event.target.value) },
    options.map(([value, words]) => h("option", { value, selected: value === chosen }, words)));
}

function valueField(column, value, listener) {
  const label = t("filter.value", { column: column.title });
  const choices = column.kind === "choice" ? column.options.map((one) => [one.value, one.label]) : column.kind === "boolean" ? [["true", t("yes")], ["false", t("no")]] : null;
  if (choices) return picker("value", label, choices, value, listener);
  const type = { date: "date", time: "datetime-local", number: "number" }[column.kind] ?? "text";
  return h("input", { type, step: type === "number" ? "any" : null, value, "data-key": "value", "aria-label": label, required: true, oninput: (event) => listener(event.target.value) });
}
