/** Rings of places: which place lies inside, and where a name can stand. */

/** @typedef {[number, number]} LonLat */

/** Whether a place lies inside a ring. @param {LonLat[]} ring @param {LonLat} place */
export function ringHolds(ring, [lon, lat]) {
  let inside = false;
  for (let at = 0, last = ring.length - 1; at < ring.length; last = at++) {
    const [[x, y], [u, v]] = [ring[at], ring[last]];
    if ((y > lat) !== (v > lat) && lon < ((u - x) * (lat - y)) / (v - y) + x) inside = !inside;
  }
  return inside;
}

/** The rings of a polygon or of several. @param {any} geometry @returns {LonLat[][]} */
export const ringsOf = (geometry) => (!geometry ? [] : geometry.type === "Polygon" ? geometry.coordinates : geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : []);
