/** What the map shows: at a point, and in the whole view. */

import { ruleIds } from "./drawing.js";

/** How near a click must come, pixels: a finger's worth on each side. */
const TOUCH = 6;

/** @typedef {{ layer: string, id: string, name: string, code: string }} Shown */

/**
 * The features under a point of the screen, topmost first, each once.
 * @param {any} map
 * @param {{ x: number, y: number }} point
 * @param {import("../page/api.js").Layer[]} layers
 * @returns {Shown[]}
 */
export function at(map, { x, y }, layers) {
  const near = query(map, [[x - TOUCH, y - TOUCH], [x + TOUCH, y + TOUCH]], layers);
  const under = query(map, [x, y], layers);
  const areas = new Set(under.map(key));
  return near.filter((shown) => !shown.area || areas.has(key(shown)));
}

/**
 * The features in view, each once.
 * @param {any} map
 * @param {import("../page/api.js").Layer[]} layers
 * @returns {Shown[]}
 */
export const inView = (map, layers) => query(map, undefined, layers);

function query(map, where, layers) {
  const ids = layers.flatMap(ruleIds).filter((id) => map.getLayer(id));
  if (ids.length === 0) return [];
  const options = { layers: ids };
  const found = where ? map.queryRenderedFeatures(where, options) : map.queryRenderedFeatures(options);
  return [...new Map(found.filter(({ id }) => id !== undefined).map(shown).map((one) => [key(one), one])).values()];
}

function shown({ id, source, properties, geometry }) {
  const area = geometry.type.endsWith("Polygon");
  return { layer: source, id: String(id), name: String(properties.name ?? ""), code: String(properties.code ?? ""), area };
}

const key = ({ layer, id }) => `${layer}/${id}`;
