/** The shape of a feature being edited: on the map by mouse, and in a list of vertices by keyboard. */

import { announce, h, replace } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { Sketch } from "../map/sketch.js";
import { count, crossing, isEditable, middles } from "../map/vertices.js";
import { FROM_ZOOM, Neighbours } from "./edit_neighbours.js";

/** So many vertices are listed at a time. */
const LISTED = 30;

export class ShapeEditor {
  element = h("section", { class: "edit-shape" });
  #desk;
  #told;
  #sketch;
  /** @type {Neighbours | null} */ #neighbours = null;
  /** @type {any} the geometry as it stood */ #before = null;
  /** @type {("Point" | "LineString" | "Polygon")[]} kinds to draw a new one of */ #kinds = [];
  #first = 0;

  /** @param {import("./desk.js").Desk} desk @param {() => void} told   the shape is another */
  constructor(desk, told) {
    this.#desk = desk;
    this.#told = told;
    this.#sketch = new Sketch(desk.city, {
      changed: () => { this.render(); this.#told(); },
      finished: () => announce(t("edit.drawn")),
      neighbours: () => this.#neighbours?.near() ?? [],
    });
  }

  /** The shape now: null while a new one is not drawn yet. */
  get geometry() { return this.#sketch.shape ? this.#sketch.geometry : this.#before; }
  get open() { return this.#sketch.shape !== null; }
  /** Whether it is another than it was. */
  get changed() { return this.open && JSON.stringify(this.#sketch.shape && this.geometry) !== JSON.stringify(this.#before); }
  /** Where its outline crosses itself, null where it does not. */
  get crossing() { return this.#sketch.shape && !this.#sketch.drawing ? crossing(this.#sketch.shape) ?? null : null; }

  /** Begin with the shape of a feature. @param {any} geometry @param {import("../page/store.js").Selection} place */
  hold(geometry, place) {
    this.close();
    this.#before = geometry;
    this.#kinds = [];
    this.#place = place;
    this.render();
  }

  /** @type {import("../page/store.js").Selection | null} */ #place = null;

  /** Begin a new one. @param {("Point" | "LineString" | "Polygon")[]} kinds */
  begin(kinds) {
    this.close();
    this.#before = null;
    this.#place = null;
    this.#kinds = kinds;
    if (kinds.length === 1) this.#draw(kinds[0]);
    this.render();
  }

  /** Put this shape in place of the one in the making. @param {any} geometry */
  take(geometry) {
    if (!isEditable(geometry)) return;
    this.#near();
    this.#sketch.edit(geometry);
  }

  /** Have another shape count as the one that stood. @param {any} geometry */
  rebase(geometry) {
    this.#before = geometry;
  }

  close() {
    this.#sketch.close();
    this.#neighbours?.close();
    this.#neighbours = null;
    this.#first = 0;
    this.#desk.showChosen?.(true);
  }

  render() {
    replace(this.element, h("h3", {}, t("edit.shape")), ...this.#content());
  }

  #draw(kind) {
    this.#near();
    this.#sketch.draw(kind);
    this.#desk.map?.getCanvas().focus();
  }

  #near() {
    this.#neighbours ??= new Neighbours(this.#desk, this.#place, () => this.render());
    this.#desk.showChosen?.(false);
  }

  #content() {
    if (this.#sketch.shape) return this.#editing();
    if (this.#kinds.length) return [h("p", { class: "hint" }, t("edit.kinds")), h("div", { class: "buttons" },
      this.#kinds.map((kind) => button(`draw-${kind}`, t(`edit.draw.${kind}`), () => this.#draw(kind))))];
    if (!isEditable(this.#before)) return [h("p", { class: "hint" }, t("edit.shapeless"))];
    return [button("edit-vertices", t("edit.vertices"), () => this.take(this.#before))];
  }

  #editing() {
    const sketch = this.#sketch;
    const shape = /** @type {import("../map/vertices.js").Shape} */ (sketch.shape);
    const cross = this.crossing;
    return [
      h("p", { class: "hint" }, sketch.drawing ? t(`edit.how.${shape.type}`) : t(shape.type === "Point" ? "edit.how.move" : "edit.how.vertices")),
      this.#snapping(),
      cross && h("p", { class: "trouble", role: "alert" }, t("edit.crossing", { lon: cross[0].toFixed(6), lat: cross[1].toFixed(6) })),
      h("div", { class: "buttons" },
        sketch.drawing && shape.type !== "Point" && button("sketch-finish", t("edit.finish"), () => sketch.finish()),
        button("sketch-undo", t("edit.vertex.undo"), () => sketch.undo(), !sketch.mayUndo),
        button("sketch-redo", t("edit.vertex.redo"), () => sketch.redo(), !sketch.mayRedo),
        !sketch.drawing && this.#kinds.length > 0 && button("sketch-again", t("edit.again"), () => this.#draw(this.#kindOf(shape))),
        this.#before && button("sketch-reset", t("edit.reset"), () => { sketch.close(); this.#neighbours?.close(); this.#neighbours = null; this.#desk.showChosen?.(true); this.render(); this.#told(); })),
      this.#list(shape),
    ];
  }

  #kindOf({ type }) {
    return this.#kinds.includes(/** @type {any} */ (type)) ? /** @type {any} */ (type) : this.#kinds[0];
  }

  #snapping() {
    const near = this.#neighbours;
    if (!this.#desk.map || !near) return null;
    const far = this.#desk.map.getZoom() < FROM_ZOOM;
    return h("label", { class: "edit-snap" },
      h("input", { type: "checkbox", "data-key": "edit-snap", checked: near.on, onchange: (event) => { near.on = event.target.checked; } }),
      far ? t("edit.snap.far", { zoom: FROM_ZOOM }) : t("edit.snap", { n: number(near.count) }));
  }

  /** Every vertex with its longitude and latitude, some at a time. */
  #list(shape) {
    const all = shape.runs.flatMap(({ points }, run) => points.map((point, at) => ({ run, at, point })));
    const { chosen, drawing } = this.#sketch;
    const place = chosen ? all.findIndex(({ run, at }) => run === chosen.run && at === chosen.at) : -1;
    if (place >= 0 && (place < this.#first || place >= this.#first + LISTED)) this.#first = place - (place % LISTED);
    if (this.#first >= all.length) this.#first = 0;
    const page = (key, to) => button(key, t(`edit.list.${key}`), () => { this.#first = to; this.#sketch.choose(null); }, to < 0 || to >= all.length);
    return h("details", { class: "edit-list", open: this.#listOpen, ontoggle: (event) => { this.#listOpen = event.target.open; } },
      h("summary", { "data-key": "edit-list" }, t("edit.list", { n: number(count(shape)) })),
      h("ol", { start: this.#first + 1 }, all.slice(this.#first, this.#first + LISTED).map((one) => this.#vertex(one, place >= 0 && all[place] === one))),
      all.length > LISTED && h("div", { class: "buttons" }, page("before", this.#first - LISTED), page("after", this.#first + LISTED)),
      drawing && this.#typed());
  }

  #listOpen = false;

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
      "aria-label": t(axis ? "edit.lat" : "edit.lon", { n: at + 1 }), onchange: put(axis), onfocus: () => this.#mark(vertex),
    });
    const after = { run, at: at + 1 };
    return h("li", { class: chosen ? "chosen" : null }, input(0), input(1),
      !sketch.drawing && sketch.shape?.type !== "Point" && small(`insert-${run}-${at}`, "+", t("edit.insert", { n: at + 1 }), () => this.#insert(after)),
      sketch.shape?.type !== "Point" && small(`remove-${run}-${at}`, "×", t("edit.remove", { n: at + 1 }), () => sketch.remove(vertex) || announce(t("edit.few"))));
  }

  /** Choose without drawing the list anew, which would take the field from under the cursor. */
  #mark(vertex) {
    this.#sketch.chosen = vertex;
    this.#sketch.show();
  }

  #insert(vertex) {
    const shape = /** @type {import("../map/vertices.js").Shape} */ (this.#sketch.shape);
    const middle = middles(shape).find(({ vertex: one }) => one.run === vertex.run && one.at === vertex.at);
    if (middle) this.#sketch.insert(vertex, middle.point);
  }

  /** The next vertex of a drawing, typed. */
  #typed() {
    const fields = [0, 1].map((axis) => /** @type {HTMLInputElement} */ (h("input", {
      type: "text", inputmode: "decimal", placeholder: t(axis ? "edit.lat.short" : "edit.lon.short"), "aria-label": t(axis ? "edit.lat.short" : "edit.lon.short"), "data-key": `next-${axis}` })));
    const add = () => {
      const [lon, lat] = fields.map(({ value }) => (value.trim() ? Number(value) : NaN));
      if (Math.abs(lon) <= 180 && Math.abs(lat) <= 90) this.#sketch.add([lon, lat]);
    };
    return h("p", { class: "edit-next" }, fields, button("next-add", t("edit.add"), add));
  }
}

const button = (key, words, act, disabled = false) => h("button", { type: "button", "data-key": key, onclick: act, disabled }, words);
const small = (key, sign, words, act) => h("button", { type: "button", class: "quiet", "data-key": key, "aria-label": words, title: words, onclick: act }, sign);
