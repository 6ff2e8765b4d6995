/** The vertices of a sketch as a list beside the map: all that a mouse does, by keyboard. */

import { announce, h } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { count, middles } from "./vertices.js";

/** So many vertices are listed at a time. */
const LISTED = 30;

export class VertexList {
  #sketch;
  #first = 0;
  #open = false;

  /** @param {import("./sketch.js").Sketch} sketch */
  constructor(sketch) {
    this.#sketch = sketch;
  }

  /** Begin with the first again. */
  begin() { this.#first = 0; }

  /** How the shape is drawn or changed, in words. */
  hint() {
    const { drawing, shape } = this.#sketch;
    return h("p", { class: "hint" }, drawing ? t(`vertex.how.${shape?.type}`) : t(shape?.type === "Point" ? "vertex.how.move" : "vertex.how.vertices"));
  }

  /** Ending the drawing, a step back, a step forward. */
  buttons() {
    const sketch = this.#sketch;
    return [sketch.drawing && sketch.shape?.type !== "Point" && button("sketch-finish", t("vertex.finish"), () => sketch.finish()),
      button("sketch-undo", t("vertex.undo"), () => sketch.undo(), !sketch.mayUndo),
      button("sketch-redo", t("vertex.redo"), () => sketch.redo(), !sketch.mayRedo)];
  }

  /** Every vertex with its longitude and latitude, some at a time. */
  list() {
    const { shape, chosen, drawing } = this.#sketch;
    const all = (shape?.runs ?? []).flatMap(({ points }, run) => points.map((point, at) => ({ run, at, point })));
    const place = chosen ? all.findIndex(({ run, at }) => run === chosen.run && at === chosen.at) : -1;
    if (place >= 0 && (place < this.#first || place >= this.#first + LISTED)) this.#first = place - (place % LISTED);
    if (this.#first >= all.length) this.#first = 0;
    const page = (key, to) => button(key, t(`vertex.list.${key}`), () => { this.#first = to; this.#sketch.choose(null); }, to < 0 || to >= all.length);
    return h("details", { class: "edit-list", open: this.#open, ontoggle: (event) => { this.#open = event.target.open; } },
      h("summary", { "data-key": "edit-list" }, t("vertex.list", { n: number(shape ? count(shape) : 0) })),
      h("ol", { start: this.#first + 1 }, all.slice(this.#first, this.#first + LISTED).map((one) => this.#vertex(one, place >= 0 && all[place] === one))),
      all.length > LISTED && h("div", { class: "buttons" }, page("before", this.#first - LISTED), page("after", this.#first + LISTED)),
      drawing && this.#typed());
  }

  #vertex({ run, at, point }, chosen) {
    const sketch = this.#sketch;
    const vertex = { run, at };
    const put = (axis) => (event) => {
      const typed = Number(event.target.value);
      if (!event.target.value.trim() || !Number.isFinite(typed) || Math.abs(typed) > (axis ? 90 : 180)) return event.target.setAttribute("aria-invalid", "true");
      sketch.move(vertex, axis ? [point[0], typed] : [typed, point[1]]);
    };
    const input = (axis) => h("input", {
      type: "text", inputmode: "decimal", value: point[axis], "data-key": `vertex-${run}-${at}-${axis}`,
      "aria-label": t(axis ? "vertex.lat" : "vertex.lon", { n: at + 1 }), onchange: put(axis), onfocus: () => this.#mark(vertex),
    });
    const after = { run, at: at + 1 };
    return h("li", { class: chosen ? "chosen" : null }, input(0), input(1),
      !sketch.drawing && sketch.shape?.type !== "Point" && small(`insert-${run}-${at}`, "+", t("vertex.insert", { n: at + 1 }), () => this.#insert(after)),
      sketch.shape?.type !== "Point" && small(`remove-${run}-${at}`, "×", t("vertex.remove", { n: at + 1 }), () => sketch.remove(vertex) || announce(t("vertex.few"))));
  }

  /** Choose without drawing the list anew, which would take the field from under the cursor. */
  #mark(vertex) {
    this.#sketch.chosen = vertex;
    this.#sketch.show();
  }

  #insert(vertex) {
    const shape = /** @type {import("./vertices.js").Shape} */ (this.#sketch.shape);
    const middle = middles(shape).find(({ vertex: one }) => one.run === vertex.run && one.at === vertex.at);
    if (middle) this.#sketch.insert(vertex, middle.point);
  }

  /** The next vertex of a drawing, typed. */
  #typed() {
    const fields = [0, 1].map((axis) => /** @type {HTMLInputElement} */ (h("input", {
      type: "text", inputmode: "decimal", placeholder: t(axis ? "vertex.lat.short" : "vertex.lon.short"), "aria-label": t(axis ? "vertex.lat.short" : "vertex.lon.short"), "data-key": `next-${axis}` })));
    const add = () => {
      const [lon, lat] = fields.map(({ value }) => (value.trim() ? Number(value) : NaN));
      if (Math.abs(lon) <= 180 && Math.abs(lat) <= 90) this.#sketch.add([lon, lat]);
    };
    return h("p", { class: "edit-next" }, fields, button("next-add", t("vertex.add"), add));
  }
}

const button = (key, words, act, disabled = false) => h("button", { type: "button", "data-key": key, onclick: act, disabled }, words);
const small = (key, sign, words, act) => h("button", { type: "button", class: "quiet", "data-key": key, "aria-label": words, title: words, onclick: act }, sign);
