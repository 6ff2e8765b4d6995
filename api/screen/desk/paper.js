/** Paper, and what is true on it: how many metres of ground a millimetre is. Arithmetic that needs no page. */

import { radius_m } from "./roughly.js";

export const PAPERS = { a4: [210, 297], a3: [297, 420] };
export const SCALES = [500, 1000, 2000, 2500, 5000, 10_000, 15_000, 20_000, 25_000, 30_000, 40_000, 50_000, 75_000, 100_000, 125_000, 150_000, 200_000, 250_000, 500_000];
/** CSS has 96 pixels an inch. */
const PIXELS_PER_MM = 96 / 25.4;
const EQUATOR_M = 6_378_137;
const WORLD_PIXELS = 512;

/** @typedef {{ paper: "a4" | "a3", landscape: boolean }} Format */

/** Width and height in millimetres. @param {Format} format */
export const sizeOf = ({ paper, landscape }) => (landscape ? [PAPERS[paper][1], PAPERS[paper][0]] : PAPERS[paper]);

/** @param {number} mm */
export const pixels = (mm) => mm * PIXELS_PER_MM;

/** Metres of ground under a pixel of the page, at a latitude: on the ellipsoid, mean of north and east. @param {number} zoom @param {number} lat */
export function metresPerPixel(zoom, lat) {
  const world = 2 * Math.PI * EQUATOR_M * Math.cos((lat * Math.PI) / 180) / (WORLD_PIXELS * 2 ** zoom);
  return world * (radius_m(lat) / EQUATOR_M);
}

/** The zoom at which the map is printed at 1:n there. @param {number} n @param {number} lat */
export const zoomOf = (n, lat) => Math.log2(metresPerPixel(0, lat) / (n / (1000 * PIXELS_PER_MM)));

/** The n of 1:n of a map printed at a zoom. @param {number} zoom @param {number} lat */
export const scaleOf = (zoom, lat) => metresPerPixel(zoom, lat) * PIXELS_PER_MM * 1000;

/**
 * The first round scale at which a view of this width and height fits into a frame.
 * @param {{ zoom: number, lat: number }} view
 * @param {[number, number]} screen pixels
 * @param {[number, number]} frame millimetres
 */
export function fitting({ zoom, lat }, screen, frame) {
  const need = scaleOf(zoom, lat) * Math.max(screen[0] / pixels(frame[0]), screen[1] / pixels(frame[1]));
  return SCALES.find((n) => n >= need * 0.98) ?? SCALES[SCALES.length - 1];
}

/** A round length for the scale's bar, metres, no longer than so many millimetres. @param {number} n @param {number} most_mm */
export function barLength(n, most_mm) {
  const most = (most_mm * n) / 1000;
  const unit = 10 ** Math.floor(Math.log10(most));
  return unit * (/** @type {number} */ ([5, 2, 1].find((step) => step * unit <= most)));
}
