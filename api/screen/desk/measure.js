/**
 * Measuring: while one draws, about how long or how large; once drawn, exactly, by the server's own rules, so that the
 * figure is that of stored features.
 */

import { announce, h } from "../page/dom.js";
import { number, sentence, t } from "../page/text.js";
import { readMeasure } from "./asking.js";
import { Drawing } from "./drawing.js";
import { roughly } from "./roughly.js";

const MU_PER_M2 = 0.0015;

/** @param {import("./desk.js").Desk} desk @returns {import("./bar.js").Tool} */
export function measureTool(desk) {
  return new Measure(desk);
}

class Measure {
  id = "measure";
  map = true;
  area = false;
  #desk;
  /** @type {Drawing | null} */ #drawing = null;
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
    this.#drawing?.stop();
  }

  content() {
    const what = (area, key) => h("button", {
      type: "button", "data-key": key, "aria-pressed": String(this.area === area), onclick: () => this.#begin(area),
    }, t(`measure.${key}`));
    const button = (key, words, act, main = false) => h("button", { type: "button", class: main ? "main" : null, "data-key": key, onclick: act }, words);
    return [
      h("div", { class: "segments", role: "group", "aria-label": t("tool.measure") }, what(false, "length"), what(true, "area")),
      ...this.#figures(),
      h("p", { class: "hint" }, t(!this.#drawing?.open ? "sketch.hint.drag" : this.area ? "sketch.hint.area" : "sketch.hint.line")),
      h("div", { class: "buttons" }, ...(this.#drawing?.open ? [
        button("done", t("sketch.done"), () => this.#drawing?.sketch.finish(), true),
        button("undo", t("sketch.undo"), () => this.#drawing?.sketch.undo()),
      ] : [button("again", t("measure.again"), () => this.#begin(this.area), true)])),
    ];
  }

  #begin(area) {
    this.area = area;
    this.#forget();
    this.#drawing?.stop();
    this.#drawing = new Drawing(this.#desk, {
      area,
      changed: (drawing) => { if (drawing.open) this.#desk.bar.render(); else this.#ask(drawing); },
      finished: (drawing) => this.#ask(drawing),
      stopped: () => { this.#drawing = null; this.#forget(); this.#desk.bar.render(); },
    });
    this.#desk.bar.render();
  }

  #forget() {
    this.#turn += 1;
    this.#exact = this.#problem = null;
  }

  /** What is drawn, measured exactly: once it is whole, and whenever a corner was dragged since. */
  async #ask({ sketch: { geometry } }) {
    this.#forget();
    const mine = this.#turn;
    this.#desk.bar.render();
    if (!geometry) return;
    const told = await readMeasure(geometry).then((exact) => ({ exact, problem: null }), (problem) => ({ exact: null, problem }));
    if (mine !== this.#turn) return;
    this.#exact = told.exact;
    this.#problem = told.problem;
    this.#desk.bar.render();
    announce(told.exact ? figures(told.exact).map(([, value]) => value).join(t("comma")) : sentence(told.problem));
  }

  #figures() {
    if (this.#problem) return [h("p", { class: "trouble" }, sentence(this.#problem))];
    if (!this.#drawing || this.#drawing.reaching.length < 2) return [];
    const figure = this.#exact ?? roughly(this.#drawing.reaching, this.area);
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
