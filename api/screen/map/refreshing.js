/**
 * Asking again for tiles where the map has changed: those that a change touches, and no others.
 *
 * @typedef {import("../page/live.js").Box} Box
 * @typedef {import("../page/api.js").Layer} Layer
 */

import { DEEPEST } from "./drawing.js";

/** How much of a tile's width is drawn beyond its edge. */
const BUFFER = 64 / 4096;
/** More tiles than these are asked for as a whole. */
const MOST = 2000;
const GATHER_MS = 100;
/** So often a source that is still loading is waited for: what is under way may be older than the change. */
const WAITS = 10;

export class Refreshing {
  #map;
  /** @type {Map<string, { layer: Layer, boxes: Box[] | null, waited: number }>} */ #waiting = new Map();

  /** @param {any} map */
  constructor(map) {
    this.#map = map;
  }

  /** Ask soon for a layer's tiles that touch these boxes; null: for all. @param {Layer} layer @param {Box[] | null} boxes */
  ask(layer, boxes) {
    const before = this.#waiting.get(layer.id);
    const both = before && (before.boxes && boxes ? [...before.boxes, ...boxes] : null);
    this.#waiting.set(layer.id, { layer, boxes: before ? both : boxes, waited: before?.waited ?? 0 });
    if (!before) setTimeout(() => this.#act(layer.id), GATHER_MS);
  }

  #act(id) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (!waiting || !this.#map.getSource(id)) return;
    const { layer, boxes, waited } = waiting;
    const loaded = this.#map.isSourceLoaded(id);
    if (loaded || waited >= WAITS) this.#map.refreshTiles(id, boxes ? this.#touched(layer, boxes) : undefined);
    if (loaded) return;
    this.#waiting.set(id, { layer, boxes, waited: waited >= WAITS ? 0 : waited + 1 });
    setTimeout(() => this.#act(id), GATHER_MS);
  }

  #touched(layer, boxes) {
    const bounds = this.#map.getBounds();
    const [west, south, east, north] = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    // What is kept beside the view is in its neighbourhood.
    const [wide, high] = [east - west, north - south];
    const deepest = Math.min(layer.max_zoom, DEEPEST, Math.ceil(this.#map.getZoom()) + 1);
    return tilesTouched(boxes, [west - wide, south - high, east + wide, north + high], [layer.min_zoom, deepest]);
  }
}

/**
 * The tiles within a view, of each zoom from the first to the last, that touch any of the boxes; undefined: too many to name.
 * @param {Box[]} boxes
 * @param {Box} view
 * @param {[number, number]} zooms
 * @returns {{ z: number, x: number, y: number }[] | undefined}
 */
export function tilesTouched(boxes, view, [first, last]) {
  const found = new Map();
  for (const box of boxes) {
    const [west, south, east, north] = [Math.max(box[0], view[0]), Math.max(box[1], view[1]), Math.min(box[2], view[2]), Math.min(box[3], view[3])];
    if (west > east || south > north) continue;
    for (let z = first; z <= last; z++) {
      const [left, top] = [column(west, z) - BUFFER, row(north, z) - BUFFER].map((at) => Math.max(Math.floor(at), 0));
      const [right, bottom] = [column(east, z) + BUFFER, row(south, z) + BUFFER].map((at) => Math.min(Math.floor(at), 2 ** z - 1));
      if (found.size + (right - left + 1) * (bottom - top + 1) > MOST) return undefined;
      for (let x = left; x <= right; x++) for (let y = top; y <= bottom; y++) found.set(`${z}/${x}/${y}`, { z, x, y });
    }
  }
  return [...found.values()];
}

const column = (lon, z) => ((lon + 180) / 360) * 2 ** z;
const row = (lat, z) => ((1 - Math.asinh(Math.tan((Math.max(-85, Math.min(85, lat)) * Math.PI) / 180)) / Math.PI) / 2) * 2 ** z;
