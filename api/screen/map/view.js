/** Boxes and views, in degrees and map zooms: arithmetic that needs no map. */

/** The width of the world at zoom 0, pixels. */
const WORLD_PIXELS = 512;
/** Pixels left free on each side of a box. */
const MARGIN = 28;

/**
 * The box around a geometry, degrees; null for an empty one.
 * @param {any} geometry
 * @returns {[number, number, number, number] | null}
 */
export function boxOf(geometry) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const grow = (part) => {
    if (typeof part[0] !== "number") return part.forEach(grow);
    box[0] = Math.min(box[0], part[0]);
    box[1] = Math.min(box[1], part[1]);
    box[2] = Math.max(box[2], part[0]);
    box[3] = Math.max(box[3], part[1]);
  };
  for (const part of geometry?.geometries ?? (geometry ? [geometry] : [])) grow(part.coordinates);
  return box.every(Number.isFinite) ? /** @type {[number, number, number, number]} */ (box) : null;
}

/**
 * The view in which a box fills a screen of this size.
 * @param {number[]} box west, south, east, north
 * @param {number} width pixels
 * @param {number} height pixels
 * @returns {import("../page/store.js").View}
 */
export function viewOfBox([west, south, east, north], width, height) {
  const [low, high] = [mercator(south), mercator(north)];
  const across = Math.max(width - 2 * MARGIN, 100) / Math.max((east - west) / 360, 1e-6);
  const along = Math.max(height - 2 * MARGIN, 100) / Math.max(high - low, 1e-6);
  const zoom = Math.log2(Math.min(across, along) / WORLD_PIXELS);
  return { lon: (west + east) / 2, lat: latitude((low + high) / 2), zoom: Math.min(Math.max(zoom, 0), 16) };
}

/**
 * The box that a view shows on a screen of this size: west, south, east, north.
 * @param {import("../page/store.js").View} view
 * @param {number} width pixels
 * @param {number} height pixels
 * @returns {[number, number, number, number]}
 */
export function boxOfView({ lon, lat, zoom }, width, height) {
  const world = WORLD_PIXELS * 2 ** zoom;
  const [half, middle] = [(width / 2 / world) * 360, mercator(lat)];
  return [lon - half, latitude(middle - height / 2 / world), lon + half, latitude(middle + height / 2 / world)];
}

/** How far north a latitude lies on the map, as a share of the world's width. */
function mercator(lat) {
  return Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI);
}

function latitude(share) {
  return (Math.atan(Math.exp(share * 2 * Math.PI)) * 360) / Math.PI - 90;
}
