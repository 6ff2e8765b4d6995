/** What the map asks the server, beside layers and their tiles. */

import { ask } from "../page/api.js";

/**
 * @typedef {object} Base a base map
 * @property {string} id
 * @property {{ zh: string, en: string }} title
 * @property {boolean} usable   whether it can be drawn at all
 * @property {string} tiles     where they are, with `{z}/{x}/{y}`
 * @property {number} tile_size
 * @property {number} min_zoom
 * @property {number} max_zoom
 * @property {[number, number, number, number]} bounds
 * @property {number | null} year
 * @property {string | null} approval   审图号
 * @property {string | null} attribution
 * @property {string[]} notes
 * @property {string | null} problem
 * @property {string | null} problem_since
 */

/** The base maps that there are, maybe none. @returns {Promise<{ bases: Base[], problem: string | null }>} */
export const readBases = () => ask("/base");

/**
 * Features near a place, with all their digits.
 * @param {string} layer
 * @param {number[]} bbox
 * @param {number} limit
 * @returns {Promise<{ features: any[], complete: boolean }>}
 */
export const readNear = (layer, bbox, limit) => ask(`/layers/${encodeURIComponent(layer)}`, { query: { bbox: bbox.map((degree) => degree.toFixed(7)).join(","), limit } });
