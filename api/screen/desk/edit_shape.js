/** The shape of a feature being edited: on the map by mouse, and in a list of vertices by keyboard. */

import { announce, h, replace } from "../page/dom.js";
import { t } from "../page/text.js";
import { Sketch } from "../map/sketch.js";
import { VertexList } from "../map/vertex_list.js";
import { crossing, isEditable } from "../map/vertices.js";
import { Neighbours } from "../map/neighbours.js";

export class ShapeEditor {
  element = h("section", { class: "edit-shape" });
  #desk;
  #told;
  #sketch;
  /** @type {Neighbours | null} */ #neighbours = null;
  /** @type {any} the geometry as it stood */ #before = null;
  /** @type {("Point" | "LineString" | "Polygon")[]} kinds to draw a new one of */ #kinds = [];
  #list;

  /** @param {import("./desk.js").Desk} desk @param {() => void} told   the shape is another */
  constructor(desk, told) {
    this.#desk = desk;
    this.#told = told;
    this.#sketch = new Sketch(desk.city, {
      changed: () => { this.render(); this.#told(); },
      finished: () => announce(t("vertex.drawn")),
      neighbours: () => this.#neighbours?.near() ?? [],
    });
    this.#list = new VertexList(this.#sketch);
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
    this.#list.begin();
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
    const { map, watch } = this.#desk;
    this.#neighbours ??= new Neighbours(map, {
      except: this.#place, layers: () => watch.layers.filter((layer) => layer.count && this.#desk.shows(layer)).map(({ id }) => id),
    });
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
      this.#list.hint(),
      this.#neighbours?.choice(),
      cross && h("p", { class: "trouble", role: "alert" }, t("edit.crossing", { lon: cross[0].toFixed(6), lat: cross[1].toFixed(6) })),
      h("div", { class: "buttons" },
        this.#list.buttons(),
        !sketch.drawing && this.#kinds.length > 0 && button("sketch-again", t("edit.again"), () => this.#draw(this.#kindOf(shape))),
        this.#before && button("sketch-reset", t("edit.reset"), () => { sketch.close(); this.#neighbours?.close(); this.#neighbours = null; this.#desk.showChosen?.(true); this.render(); this.#told(); })),
      this.#list.list(),
    ];
  }

  #kindOf({ type }) {
    return this.#kinds.includes(/** @type {any} */ (type)) ? /** @type {any} */ (type) : this.#kinds[0];
  }
}

const button = (key, words, act, disabled = false) => h("button", { type: "button", "data-key": key, onclick: act, disabled }, words);
