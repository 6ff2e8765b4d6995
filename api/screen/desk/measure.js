/**
 * Measuring: while one draws, about how long or how large; once drawn, exactly, by the server's own rules, so that the
 * figure is that of stored features.
 */

import { announce, h } from "../page/dom.js";
import { number, sentence, t } from "../page/text.js";
import { readMeasure } from "./asking.js";
import { roughly } from "./roughly.js";
import { Sketch, show } from "./sketch.js";

const MU_PER_M2 = 0.0015;

/** @param {import("./desk.js").Desk} desk @returns {import("./bar.js").Tool} */
export function measureTool(desk) {
  return new Measure(desk);
}

class Measure {
  id = "measure";
  map = true;
  #desk;
  area = false;
  /** @type {Sketch | null} */ #sketch = null;
  /** @type {{ length_m: number, area_m2: number | null, corners: number } | null} */ #rough = null;
  /** @type {any} */ #exact = null;
  /** @type {any} */ #problem = null;
  #turn = 0;

  constructor(desk) {
    this.#desk = desk;
  }

  opened() {
    this.#begin(this.area);
  }

  closed() {
    this.#turn += 1;
    this.#sketch?.stop();
    this.#sketch = this.#rough = this.#exact = this.#problem = null;
    show(this.#desk.map, [], false);
  }

  content() {
    const what = (area, key) => h("button", {
      type: "button", "data-key": key, "aria-pressed": String(this.area === area), onclick: () => this.#begin(area),
    }, t(`measure.${key}`));
    return [
      h("div", { class: "segments", role: "group", "aria-label": t("tool.measure") }, what(false, "length"), what(true, "area")),
      ...this.#figures(),
      this.#sketch && h("p", { class: "hint" }, t(this.area ? "sketch.hint.area" : "sketch.hint.line")),
      h("div", { class: "buttons" }, ...(this.#sketch ? [
        h("button", { type: "button", class: "main", "data-key": "done", onclick: () => this.#sketch?.finish() }, t("sketch.done")),
        h("button", { type: "button", "data-key": "undo", onclick: () => this.#sketch?.undo() }, t("sketch.undo")),
      ] : [h("button", { type: "button", class: "main", "data-key": "again", onclick: () => this.#begin(this.area) }, t("measure.again"))])),
    ];
  }

  #begin(area) {
    this.#turn += 1;
    this.#sketch?.stop();
    Object.assign(this, { area });
    this.#rough = this.#exact = this.#problem = null;
    this.#sketch = new Sketch(this.#desk, {
      area,
      changed: (corners, over) => {
        const all = over && corners.length ? [...corners, over] : corners;
        this.#rough = { ...roughly(all, area), corners: corners.length };
        this.#desk.bar.render();
      },
      ended: (corners) => this.#drawn(corners),
    });
    this.#desk.bar.render();
    this.#desk.map.getCanvas().focus();
  }

  async #drawn(corners) {
    this.#sketch = null;
    const enough = corners && corners.length >= (this.area ? 3 : 2);
    this.#rough = enough ? { ...roughly(corners, this.area), corners: corners.length } : null;
    if (!enough) return this.#desk.bar.render();
    const mine = ++this.#turn;
    this.#desk.bar.render();
    const geometry = this.area ? { type: "Polygon", coordinates: [[...corners, corners[0]]] } : { type: "LineString", coordinates: corners };
    const told = await readMeasure(geometry).then((exact) => ({ exact, problem: null }), (problem) => ({ exact: null, problem }));
    if (mine !== this.#turn) return;
    this.#exact = told.exact;
    this.#problem = told.problem;
    this.#desk.bar.render();
    announce(told.exact ? figures(told.exact).map(([, value]) => value).join(t("comma")) : sentence(told.problem));
  }

  #figures() {
    const figure = this.#exact ?? this.#rough;
    if (this.#problem) return [h("p", { class: "trouble" }, sentence(this.#problem))];
    if (!figure || (!this.#exact && this.#rough && this.#rough.corners === 0)) return [];
    const about = this.#exact ? "" : t("measure.about");
    return [h("table", { class: "figures" }, h("tbody", {}, figures(figure).map(([key, value]) => h("tr", {},
      h("th", { scope: "row" }, t(`measure.is.${key}`)), h("td", {}, `${about}${value}`))))),
    this.#exact && h("p", { class: "hint" }, t(this.area ? "measure.how.area" : "measure.how.length", { crs: this.#exact.metric_crs })),
    this.#exact?.edges_m?.length > 1 && h("details", {}, h("summary", { "data-key": "edges" }, t("measure.edges", { n: this.#exact.edges_m.length })),
      h("ol", { class: "edges" }, this.#exact.edges_m.map((metres) => h("li", {}, length(metres)))))];
  }
}

/** @returns {[string, string][]} */
function figures({ length_m, area_m2 }) {
  if (area_m2 === null || area_m2 === undefined) return [["length", length(length_m)]];
  return [
    ["mu", t("measure.mu", { n: number(area_m2 * MU_PER_M2, 2) })],
    ["ha", t("measure.ha", { n: number(area_m2 / 10_000, 4) })],
    ["m2", t("measure.m2", { n: number(area_m2, 1) })],
    ["edge", length(length_m)],
  ];
}

function length(metres) {
  const metre = t("measure.m", { n: number(metres, 1) });
  return metres < 1000 ? metre : `${t("measure.km", { n: number(metres / 1000, 3) })} (${metre})`;
}
