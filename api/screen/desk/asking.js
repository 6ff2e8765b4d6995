/** What the desk asks the server. */

import { addressOf, ask } from "../page/api.js";
import { t } from "../page/text.js";

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
 * One feature as it was at another time. The words for its columns come from what can be asked of the layer.
 * @param {string} layer
 * @param {string} id
 * @param {Record<string, string>} when  datetime, known_at
 */
export async function readFeatureThen(layer, id, when) {
  const [feature, queryables] = await Promise.all([ask(`${itemsOf(layer)}/${encodeURIComponent(id)}`, { query: { f: "json", ...when } }), readQueryables(layer)]);
  const columns = Object.entries(queryables.properties ?? {}).map(([name, one]) => [name, {
    zh: one.title, en: one.title, options: one.oneOf?.map((option) => ({ value: String(option.const), zh: option.title, en: option.title })),
  }]);
  return { ...feature, columns: Object.fromEntries(columns) };
}

/** What can be asked of a layer's features, in the language of the page. @param {string} layer @returns {Promise<any>} */
export const readQueryables = (layer) => ask(`/ogc/collections/${encodeURIComponent(layer)}/queryables`, { query: { f: "json", lang: t("locale").slice(0, 2) } });

/**
 * Features that meet conditions, as pages of GeoJSON with `numberMatched`.
 * @param {string} layer
 * @param {Record<string, any>} asked  filter, datetime, known_at, bbox, limit, after
 */
export const readMatching = (layer, asked) => ask(itemsOf(layer), { query: { f: "json", ...asked } });

/** Where a file of all features that meet conditions is. @param {string} layer @param {Record<string, any>} asked @param {string} format */
export const fileAddress = (layer, asked, format) => addressOf(itemsOf(layer), { ...asked, f: format });

/** Features of any layer by name, code or 拼音. @param {string} q @param {number} limit @param {AbortSignal} signal */
export const readFound = (q, limit, signal) => ask("/search", { query: { q, limit }, signal });

/** How long or how large a shape is, exactly. @param {any} geometry @param {AbortSignal} [signal] */
export const readMeasure = (geometry, signal) => ask("/measure", { method: "POST", json: { geometry }, signal });

/** What moved in a layer from one time to another. @param {string} layer @param {{ from: string, to: string, limit: number }} period */
export const readChanges = (layer, period) => ask(`/layers/${encodeURIComponent(layer)}/changes`, { query: period });

const itemsOf = (layer) => `/ogc/collections/${encodeURIComponent(layer)}/items`;

/**
 * How much of each line of a layer was seen in a period.
 * @param {string} layer
 * @param {{ from: string, to: string }} period ISO times, half-open
 */
export const readCoverage = (layer, { from, to }) => ask(`/coverage/${encodeURIComponent(layer)}`, { query: { from, to } });
