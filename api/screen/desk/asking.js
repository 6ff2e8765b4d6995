/** What the desk asks the server. */

import { ask } from "../page/api.js";

/**
 * Features of a layer as GeoJSON.
 * @param {string} layer
 * @param {{ bbox?: number[], limit?: number }} [filter]
 */
export const readFeatures = (layer, { bbox, limit } = {}) => (
  ask(`/layers/${encodeURIComponent(layer)}`, { query: { bbox: bbox?.map((degree) => degree.toFixed(6)).join(","), limit } }));

/** One feature, with the words for its columns. @param {string} layer @param {string} id */
export const readFeature = (layer, id) => ask(`/layers/${encodeURIComponent(layer)}/${encodeURIComponent(id)}`);

/**
 * How much of each line of a layer was seen in a period.
 * @param {string} layer
 * @param {{ from: string, to: string }} period ISO times, half-open
 */
export const readCoverage = (layer, { from, to }) => ask(`/coverage/${encodeURIComponent(layer)}`, { query: { from, to } });
