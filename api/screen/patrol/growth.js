/**
 * What was first seen when, of every line: what had been seen by a time, and where that is. The server cut the ranges and
 * timed them; here they are only added up.
 *
 * @typedef {object} Line
 * @property {string} code
 * @property {string} name
 * @property {number} length_m
 * @property {number | null} known_m   what a share is a share of; null where nobody can tell
 * @property {number} unknown_m
 * @property {Int32Array} from_cm
 * @property {Int32Array} to_cm
 * @property {Float64Array} t          when each piece was seen first, ascending
 * @property {Float64Array} sum_cm     what had been seen once the first n pieces were
 * @property {{ x: Float64Array, y: Float64Array, m: Float64Array }} shape   degrees, and chainage in metres
 * @typedef {{ layer: string, whole: boolean, reach_m: number, lines: Line[], reaches: any[] }} Growth
 */

import { lastUpTo, unpacked } from "./ways.js";

/** @param {any} told @returns {Growth} */
export const growthOf = (told) => ({
  layer: told.layer, whole: told.whole, reach_m: told.reach_m, reaches: told.reaches ?? [], lines: told.lines.map(lineOf),
});

function lineOf({ shape, ...told }) {
  const sum_cm = new Float64Array(told.t.length + 1);
  told.t.forEach((_, at) => { sum_cm[at + 1] = sum_cm[at] + told.to_cm[at] - told.from_cm[at]; });
  return {
    ...told, sum_cm, from_cm: Int32Array.from(told.from_cm), to_cm: Int32Array.from(told.to_cm), t: unpacked(told.t, 1),
    shape: { x: unpacked(shape.x, 1e7), y: unpacked(shape.y, 1e7), m: unpacked(shape.m, 100) },
  };
}

/** Metres of a line that had been seen by a time. @param {Line} line @param {number} time */
export const seen_m = (line, time) => Math.min(line.sum_cm[lastUpTo(line.t, time) + 1] / 100, line.length_m);

/**
 * How much of all lines had been seen by a time: metres, and the share of what is known; null where that is nothing.
 * @param {Line[]} lines
 * @param {number} time
 */
export function total(lines, time) {
  const sum = (value) => lines.reduce((before, line) => before + value(line), 0);
  const seen = sum((line) => seen_m(line, time));
  const known = lines.every((line) => line.known_m !== null) ? sum((line) => /** @type {number} */ (line.known_m)) : null;
  return { seen_m: seen, length_m: sum((line) => line.length_m), share: known ? Math.min(seen, known) / known : null };
}

/** The place of a chainage on a line, degrees. @param {Line} line @param {number} metres @returns {[number, number]} */
export function placeOf({ shape: { x, y, m } }, metres) {
  const at = Math.min(Math.max(lastUpTo(m, metres), 0), m.length - 2);
  const share = Math.min(Math.max((metres - m[at]) / (m[at + 1] - m[at] || 1), 0), 1);
  return [x[at] + share * (x[at + 1] - x[at]), y[at] + share * (y[at + 1] - y[at])];
}

/** The part of a line between two chainages, metres. @param {Line} line @param {number} from @param {number} to @returns {[number, number][]} */
export function partOf(line, from, to) {
  const { x, y, m } = line.shape;
  /** @type {[number, number][]} */
  const places = [placeOf(line, from)];
  for (let at = lastUpTo(m, from) + 1; at < m.length && m[at] < to; at += 1) places.push([x[at], y[at]]);
  places.push(placeOf(line, to));
  return places;
}

/** Every piece as a feature with when it was seen first (`at`, seconds). @param {Growth} growth */
export const piecesOf = ({ layer, lines }) => lines.flatMap((line) => [...line.t].map((time, at) => ({
  type: "Feature", properties: { layer, code: line.code, at: Math.ceil(time / 1000) },
  geometry: { type: "LineString", coordinates: partOf(line, line.from_cm[at] / 100, line.to_cm[at] / 100) },
})));

/** Every line, whole, as a feature. @param {Growth} growth */
export const linesOf = ({ layer, lines }) => lines.map(({ code, name, shape: { x, y } }) => ({
  type: "Feature", properties: { layer, code, name },
  geometry: { type: "LineString", coordinates: [...x].map((lon, at) => [lon, y[at]]) },
}));
