/** About how long or how large, while one draws: on a sphere of the place's own radius, within some thousandths. */

const EQUATOR_M = 6_378_137;
const FLAT = 0.00669438002290;

/** The mean radius of curvature at a latitude, metres. @param {number} lat degrees */
export function radius_m(lat) {
  return (EQUATOR_M * Math.sqrt(1 - FLAT)) / (1 - FLAT * Math.sin((lat * Math.PI) / 180) ** 2);
}

/**
 * @param {[number, number][]} corners degrees
 * @param {boolean} area whether they bound one
 * @returns {{ length_m: number, area_m2: number | null }}
 */
export function roughly(corners, area) {
  if (corners.length < 2) return { length_m: 0, area_m2: area ? 0 : null };
  const lat0 = corners.reduce((sum, [, lat]) => sum + lat, 0) / corners.length;
  const unit = (radius_m(lat0) * Math.PI) / 180;
  const flat = corners.map(([lon, lat]) => [(lon - corners[0][0]) * unit * Math.cos((lat0 * Math.PI) / 180), (lat - corners[0][1]) * unit]);
  const ring = area ? [...flat, flat[0]] : flat;
  const sum = (of) => ring.slice(1).reduce((total, there, at) => total + of(ring[at], there), 0);
  const length_m = sum((one, other) => Math.hypot(other[0] - one[0], other[1] - one[1]));
  return { length_m, area_m2: area ? Math.abs(sum((one, other) => one[0] * other[1] - other[0] * one[1])) / 2 : null };
}
