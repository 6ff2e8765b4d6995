/** The features around a shape in the making, with all their digits, for it to snap to: of layers that its page names. */

import { h } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { readNear } from "./asking.js";
import { linesOf } from "./snapping.js";

/** Farther out than this, ten pixels are half a street. */
export const FROM_ZOOM = 13;
const MOST = 400;

export class Neighbours {
  /** @type {import("./vertices.js").LonLat[][]} */ lines = [];
  /** How many features those are. */ count = 0;
  on = true;
  #map;
  #setup;
  #turn = 0;
  #words = h("span", {});
  #choice = h("label", { class: "edit-snap" }, h("input", { type: "checkbox", "data-key": "edit-snap", checked: true, onchange: (event) => { this.on = event.target.checked; } }), this.#words);

  /**
   * @param {any} map   null where there is none
   * @param {{ layers: () => string[], except?: import("../page/store.js").Selection | null }} setup   except: the feature itself
   */
  constructor(map, setup) {
    this.#map = map;
    this.#setup = setup;
    this.ask = this.ask.bind(this);
    map?.on("moveend", this.ask);
    this.ask();
  }

  close() {
    this.#turn += 1;
    this.#map?.off("moveend", this.ask);
  }

  /** What a point may snap to now. */
  near() {
    return this.on ? this.lines : [];
  }

  /** The switch that turns snapping on and off, and how many features it is to. */
  choice() {
    if (!this.#map) return null;
    this.#say();
    return this.#choice;
  }

  /** By itself: others come while somebody types beside it. */
  #say() {
    const far = this.#map.getZoom() < FROM_ZOOM;
    this.#words.textContent = far ? t("vertex.snap.far", { zoom: FROM_ZOOM }) : t("vertex.snap", { n: number(this.count) });
  }

  /** Ask for those in view; what does not come is not snapped to. */
  async ask() {
    const map = this.#map;
    const { layers, except } = this.#setup;
    const mine = ++this.#turn;
    if (!map || map.getZoom() < FROM_ZOOM) return this.#take([]);
    const bounds = map.getBounds();
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const found = await Promise.all(layers().map((id) => readNear(id, box, MOST).then(
      ({ features }) => features.filter((one) => !(except?.layer === id && String(one.id) === except.id)), () => [])));
    if (mine === this.#turn) this.#take(found.flat());
  }

  #take(features) {
    this.count = features.length;
    this.lines = features.flatMap(({ geometry }) => linesOf(geometry));
    if (this.#map) this.#say();
  }
}
