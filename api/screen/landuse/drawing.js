/** An outline drawn on the map, or one that was read and is changed there: parts and holes, snapping to parcels and zones. */

import { Neighbours } from "../map/neighbours.js";
import { Sketch } from "../map/sketch.js";
import { VertexList } from "../map/vertex_list.js";
import { crossing } from "../map/vertices.js";
import { announce, byId, h, replace } from "../page/dom.js";
import { t } from "../page/text.js";
import { ringHolds } from "./rings.js";

const SNAPPED = ["landuse", "zone", "farmland"];

export class Drawing {
  element = h("div", { class: "drawing" });
  #page;
  #cityOf;
  #told;
  /** @type {Sketch | null} */ #sketch = null;
  /** @type {VertexList | null} */ #list = null;
  /** @type {Neighbours | null} */ #neighbours = null;
  /** @type {any[]} what stood before a part or a hole was added, the last one last */ #stages = [];
  /** Whether what is being drawn is to be a hole. */ #hole = false;

  /** @param {import("../page/page.js").Page} page @param {() => import("../map/city_map.js").CityMap} cityOf @param {() => void} told   the shape is another */
  constructor(page, cityOf, told) {
    this.#page = page;
    this.#cityOf = cityOf;
    this.#told = told;
  }

  /** Whether a shape is in the making, or being changed. */
  get open() { return Boolean(this.#sketch?.shape); }

  /** The whole outline; null while it is none. */
  get geometry() { return this.#adding ? null : this.#sketch?.geometry ?? null; }

  /** What is there already while a part is being added. */
  get kept() { return this.#adding ? this.#stages[this.#stages.length - 1] : null; }

  get #adding() { return Boolean(this.#sketch?.drawing && this.#stages.length); }

  /** Draw one from its first vertex on. */
  begin() {
    this.close();
    this.#open().draw("Polygon");
    this.#cityOf().map?.getCanvas().focus();
  }

  /** Change this one. @param {any} geometry */
  edit(geometry) {
    this.close();
    this.#open().edit(geometry);
  }

  close() {
    this.#sketch?.close();
    this.#neighbours?.close();
    this.#sketch = this.#list = this.#neighbours = null;
    this.#stages = [];
    replace(this.element);
    byId("pick").hidden = true;
  }

  /** Over layers that were put on the map since. */
  show() { this.#sketch?.show(); }

  #open() {
    const { map } = this.#cityOf();
    const { watch } = this.#page;
    const layers = () => watch.layers.filter(({ id, count }) => count && SNAPPED.includes(id)).map(({ id }) => id);
    this.#neighbours = new Neighbours(map, { layers });
    this.#sketch = new Sketch(this.#cityOf(), {
      changed: () => { this.render(); this.#told(); },
      finished: () => { announce(t("vertex.drawn")); this.#join(); },
      neighbours: () => this.#neighbours?.near() ?? [],
    });
    this.#list = new VertexList(this.#sketch);
    return this.#sketch;
  }

  /** One part more, or a hole. @param {boolean} hole */
  #more(hole) {
    const { geometry } = this;
    if (!geometry) return;
    this.#stages.push(geometry);
    this.#hole = hole;
    this.#sketch?.draw("Polygon");
    this.#cityOf().map?.getCanvas().focus();
  }

  /** What was drawn beside what was there. */
  #join() {
    const before = this.#stages[this.#stages.length - 1];
    const drawn = this.#sketch?.geometry;
    if (!before || !drawn) return;
    const parts = before.type === "Polygon" ? [before.coordinates] : before.coordinates;
    const [ring] = drawn.coordinates;
    const place = this.#hole ? parts.findIndex(([outer]) => ring.every((vertex) => ringHolds(outer, vertex))) : -1;
    if (this.#hole && place < 0) announce(t("draw.nohole"));
    const coordinates = place < 0 ? [...parts, drawn.coordinates] : parts.map((part, at) => (at === place ? [...part, ring] : part));
    this.#sketch?.edit({ type: "MultiPolygon", coordinates });
  }

  /** Over the map, where the pointer is: what to do, a step back, and the end of it. */
  #bar(sketch, list) {
    const place = byId("pick");
    place.hidden = false;
    replace(place, h("span", {}, t(sketch.drawing ? (this.#stages.length ? "draw.add" : "draw.say") : "draw.change")), " ", list.buttons().filter(Boolean).map((one) => {
      one.dataset.key = `bar-${one.dataset.key}`;
      return one;
    }), !sketch.drawing && h("button", { type: "button", class: "bar-done", "data-key": "bar-done", onclick: () => this.#page.store.set({ see: "list" }, { step: false }) }, t("draw.done")));
  }

  /** As it was before the last part or hole. */
  #back() {
    const before = this.#stages.pop();
    if (before) this.#sketch?.edit(before);
  }

  render() {
    const [sketch, list] = [this.#sketch, this.#list];
    if (!sketch?.shape || !list) return;
    this.#bar(sketch, list);
    const cross = sketch.drawing ? null : crossing(sketch.shape);
    replace(this.element, list.hint(), this.#neighbours?.choice(),
      cross && h("p", { class: "note" }, t("draw.crossing")),
      h("div", { class: "row" }, list.buttons(),
        !sketch.drawing && [button("draw-part", t("draw.part"), () => this.#more(false)), button("draw-hole", t("draw.hole"), () => this.#more(true))],
        this.#stages.length > 0 && button("draw-back", t(sketch.drawing ? "draw.stop" : "draw.back"), () => this.#back())),
      list.list());
  }
}

const button = (key, words, act) => h("button", { type: "button", "data-key": key, onclick: act }, words);
