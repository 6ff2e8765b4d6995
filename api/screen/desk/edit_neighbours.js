/** The features around a shape in the making, with all their digits, for it to snap to: of the layers that are on. */

import { linesOf } from "../map/snapping.js";
import { readNear } from "./edit_asking.js";

/** Farther out than this, ten pixels are half a street. */
export const FROM_ZOOM = 13;
const MOST = 400;

export class Neighbours {
  /** @type {import("../map/vertices.js").LonLat[][]} */ lines = [];
  /** How many features those are. */ count = 0;
  on = true;
  #desk;
  #except;
  #told;
  #turn = 0;

  /** @param {import("./desk.js").Desk} desk @param {import("../page/store.js").Selection | null} except   the feature itself @param {() => void} told */
  constructor(desk, except, told) {
    this.#desk = desk;
    this.#except = except;
    this.#told = told;
    this.ask = this.ask.bind(this);
    desk.map?.on("moveend", this.ask);
    this.ask();
  }

  close() {
    this.#turn += 1;
    this.#desk.map?.off("moveend", this.ask);
  }

  /** What a point may snap to now. */
  near() {
    return this.on ? this.lines : [];
  }

  /** Ask for those in view; what does not come is not snapped to. */
  async ask() {
    const { map, watch } = this.#desk;
    const mine = ++this.#turn;
    if (!map || map.getZoom() < FROM_ZOOM) return this.#take([]);
    const bounds = map.getBounds();
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const layers = watch.layers.filter((layer) => layer.count && this.#desk.shows(layer));
    const found = await Promise.all(layers.map(({ id }) => readNear(id, box, MOST).then(
      ({ features }) => features.filter((one) => !(this.#except?.layer === id && String(one.id) === this.#except.id)), () => [])));
    if (mine === this.#turn) this.#take(found.flat());
  }

  #take(features) {
    this.count = features.length;
    this.lines = features.flatMap(({ geometry }) => linesOf(geometry));
    this.#told();
  }
}
