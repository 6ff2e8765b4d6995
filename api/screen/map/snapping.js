/**
 * Where a point of the screen snaps to: a neighbour's vertex, or else the nearest place of its edge, within reach.
 *
 * @typedef {import("./vertices.js").LonLat} LonLat
 * @typedef {{ point: LonLat, on: "vertex" | "edge" }} Snapped
 */

export const REACH_PX = 10;

/** The lines of a geometry, each a list of places; of points each alone. @param {any} geometry @returns {LonLat[][]} */
export function linesOf(geometry) {
  const found = [];
  const take = (part) => {
    if (typeof part[0] === "number") found.push([part]);
    else if (typeof part[0]?.[0] === "number") found.push(part);
    else part.forEach(take);
  };
  for (const one of geometry?.geometries ?? (geometry ? [geometry] : [])) take(one.coordinates);
  return found;
}

/**
 * @param {any} map
 * @param {{ x: number, y: number }} at     pixels
 * @param {LonLat[][]} lines
 * @returns {Snapped | null}
 */
export function snapped(map, at, lines) {
  const corners = [map.unproject([at.x - REACH_PX, at.y + REACH_PX]), map.unproject([at.x + REACH_PX, at.y - REACH_PX])];
  const box = [corners[0].lng, corners[0].lat, corners[1].lng, corners[1].lat];
  let vertex = { far: REACH_PX, point: /** @type {LonLat | null} */ (null) };
  let edge = { far: REACH_PX, point: /** @type {LonLat | null} */ (null) };
  for (const line of lines) {
    for (let place = 0; place < line.length; place++) {
      const to = line[place];
      if (within(to, box)) vertex = nearer(vertex, far(map.project(to), at), to);
      if (place > 0 && touches(line[place - 1], to, box)) edge = onEdge(map, at, line[place - 1], to, edge);
    }
  }
  return vertex.point ? { point: vertex.point, on: "vertex" } : edge.point ? { point: edge.point, on: "edge" } : null;
}

function onEdge(map, at, from, to, best) {
  const [start, end] = [map.project(from), map.project(to)];
  const [x, y] = [end.x - start.x, end.y - start.y];
  const length = x * x + y * y;
  if (length === 0) return best;
  const share = Math.max(0, Math.min(1, ((at.x - start.x) * x + (at.y - start.y) * y) / length));
  return nearer(best, far({ x: start.x + share * x, y: start.y + share * y }, at), [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]);
}

const nearer = (best, distance, point) => (distance < best.far ? { far: distance, point } : best);
const far = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);
const within = ([lon, lat], [west, south, east, north]) => lon >= west && lon <= east && lat >= south && lat <= north;
const touches = (from, to, [west, south, east, north]) => (
  Math.max(from[0], to[0]) >= west && Math.min(from[0], to[0]) <= east && Math.max(from[1], to[1]) >= south && Math.min(from[1], to[1]) <= north);
