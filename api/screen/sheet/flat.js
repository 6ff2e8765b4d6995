/** Metres around a middle, x east and y south, as pictures count; good for a few kilometres. */

const AXIS_M = 6378137;
const ECCENTRICITY_2 = 0.00669437999014;
const DEGREE = Math.PI / 180;

/**
 * @typedef {{ lon: number, lat: number, x_m: number, y_m: number }} Plane
 * @typedef {[number, number]} Place
 */

/** @param {number} lon @param {number} lat @returns {Plane} x_m, y_m: metres of a degree */
export function planeAt(lon, lat) {
  const bent = 1 - ECCENTRICITY_2 * Math.sin(lat * DEGREE) ** 2;
  const across = AXIS_M / Math.sqrt(bent);
  return { lon, lat, x_m: across * Math.cos(lat * DEGREE) * DEGREE, y_m: ((across * (1 - ECCENTRICITY_2)) / bent) * DEGREE };
}

/** @param {Plane} plane @param {Place} place @returns {Place} */
export const flat = ({ lon, lat, x_m, y_m }, place) => [(place[0] - lon) * x_m, (lat - place[1]) * y_m];

/** @param {Place[]} places @returns {{ left: number, top: number, right: number, bottom: number }} */
export function extentOf(places) {
  const extent = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const [x, y] of places) {
    extent.left = Math.min(extent.left, x);
    extent.right = Math.max(extent.right, x);
    extent.top = Math.min(extent.top, y);
    extent.bottom = Math.max(extent.bottom, y);
  }
  return extent;
}

/**
 * The nearest place of a line, and how far it is.
 * @param {Place} from
 * @param {Place[]} line   one place at least
 * @returns {{ place: Place, off_m: number }}
 */
export function nearest(from, line) {
  let best = { place: line[0], off_m: Math.hypot(line[0][0] - from[0], line[0][1] - from[1]) };
  for (let at = 1; at < line.length; at += 1) {
    const [ax, ay] = line[at - 1];
    const [dx, dy] = [line[at][0] - ax, line[at][1] - ay];
    const square = dx * dx + dy * dy;
    const share = square ? Math.min(1, Math.max(0, ((from[0] - ax) * dx + (from[1] - ay) * dy) / square)) : 0;
    const place = /** @type {Place} */ ([ax + share * dx, ay + share * dy]);
    const off_m = Math.hypot(place[0] - from[0], place[1] - from[1]);
    if (off_m < best.off_m) best = { place, off_m };
  }
  return best;
}

/** Which of eight directions a place lies in: 0 north, 2 east, … @param {Place} from @param {Place} to */
export const octant = (from, to) => Math.round(Math.atan2(to[0] - from[0], from[1] - to[1]) / (Math.PI / 4) + 8) % 8;

/** The longest of 1, 2, 5, 10, … that is not over a length. @param {number} most */
export function roundLength(most) {
  const ten = 10 ** Math.floor(Math.log10(most));
  return [5, 2, 1].map((step) => step * ten).find((length) => length <= most) ?? ten;
}
