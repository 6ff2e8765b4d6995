/**
 * Shapes as runs of vertices, which are moved, put in and taken out one by one: arithmetic that needs no map.
 *
 * @typedef {[number, number]} LonLat
 * @typedef {object} Run a ring, a line or a point of a geometry; a ring's closing vertex is left out
 * @property {number[]} path      where it stands among the geometry's coordinates
 * @property {LonLat[]} points
 * @property {boolean} closed
 *
 * @typedef {{ type: string, runs: Run[] }} Shape
 * @typedef {{ run: number, at: number }} Vertex
 */

const AREAS = new Set(["Polygon", "MultiPolygon"]);
/** How deep a run's path is, by type. */
const DEPTH = { Point: 0, LineString: 0, MultiPoint: 1, Polygon: 1, MultiLineString: 1, MultiPolygon: 2 };
/** With more edges than these the crossing of a shape by itself is left to the server. */
const MOST_EDGES = 4000;

/** Whether it can be changed vertex by vertex. @param {any} geometry */
export const isEditable = (geometry) => Boolean(geometry) && geometry.type in DEPTH;

/** Whether a shape is an area. @param {Shape} shape */
export const isArea = (shape) => AREAS.has(shape.type);

/** The fewest vertices of a run. @param {Shape} shape @param {Run} run */
export const fewest = (shape, run) => (run.closed ? 3 : shape.type.endsWith("Point") ? 1 : 2);

/** How many vertices there are. @param {Shape} shape */
export const count = (shape) => shape.runs.reduce((sum, { points }) => sum + points.length, 0);

/** A geometry as runs. @param {any} geometry @returns {Shape} */
export function shapeOf(geometry) {
  const { type, coordinates } = geometry;
  const closed = AREAS.has(type);
  /** @type {Run[]} */
  const runs = [];
  const take = (part, path, depth) => {
    if (depth > 0) return part.forEach((one, place) => take(one, [...path, place], depth - 1));
    const points = (type.endsWith("Point") ? [part] : part).map(([lon, lat]) => /** @type {LonLat} */ ([lon, lat]));
    runs.push({ path, points: closed ? points.slice(0, -1) : points, closed });
  };
  take(coordinates, [], DEPTH[type]);
  return { type, runs };
}

/** A shape as GeoJSON. @param {Shape} shape */
export function geometryOf({ type, runs }) {
  const written = runs.map(({ points, closed }) => (type.endsWith("Point") ? points[0] : closed ? [...points, points[0]] : points));
  if (DEPTH[type] === 0) return { type, coordinates: written[0] ?? [] };
  if (DEPTH[type] === 1) return { type, coordinates: written };
  /** @type {Map<number, any[]>} */
  const parts = new Map();
  runs.forEach(({ path }, place) => parts.set(path[0], [...(parts.get(path[0]) ?? []), written[place]]));
  return { type, coordinates: [...parts.values()] };
}

/** A vertex's place. @param {Shape} shape @param {Vertex} vertex @returns {LonLat} */
export const pointAt = (shape, { run, at }) => shape.runs[run]?.points[at];

/** With one vertex elsewhere. @param {Shape} shape @param {Vertex} vertex @param {LonLat} point @returns {Shape} */
export const moved = (shape, vertex, point) => changed(shape, vertex.run, (points) => points.map((one, at) => (at === vertex.at ? point : one)));

/** With a vertex more, which takes this one's place. @param {Shape} shape @param {Vertex} vertex @param {LonLat} point @returns {Shape} */
export const inserted = (shape, vertex, point) => changed(shape, vertex.run, (points) => [...points.slice(0, vertex.at), point, ...points.slice(vertex.at)]);

/**
 * Without a vertex; null where none can be spared. A hole or a part that would have too few goes whole, the last one never.
 * @param {Shape} shape
 * @param {Vertex} vertex
 * @returns {Shape | null}
 */
export function removed(shape, vertex) {
  const run = shape.runs[vertex.run];
  if (run.points.length > fewest(shape, run)) return changed(shape, vertex.run, (points) => points.filter((_, at) => at !== vertex.at));
  const outer = run.closed && run.path[run.path.length - 1] === 0;
  // The outer ring of a part takes its holes along; that of a plain polygon is all there is.
  const gone = (one) => one === run || (outer && (shape.type === "Polygon" || one.path[0] === run.path[0]));
  const runs = shape.runs.filter((one) => !gone(one));
  return runs.length ? { ...shape, runs } : null;
}

/** The middles of all edges: each with the place that a vertex put there would take. @param {Shape} shape @returns {{ vertex: Vertex, point: LonLat }[]} */
export const middles = (shape) => edges(shape).map(({ run, at, from, to }) => (
  { vertex: { run, at: at + 1 }, point: /** @type {LonLat} */ ([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]) }));

/**
 * Where an area's outline crosses itself, or null; undefined where that is too much to look for here.
 * @param {Shape} shape
 * @returns {LonLat | null | undefined}
 */
export function crossing(shape) {
  if (!isArea(shape)) return null;
  const all = edges(shape);
  if (all.length > MOST_EDGES) return undefined;
  const sorted = all.map((edge) => ({ ...edge, west: Math.min(edge.from[0], edge.to[0]), east: Math.max(edge.from[0], edge.to[0]) }))
    .sort((one, other) => one.west - other.west);
  for (let place = 0; place < sorted.length; place++) {
    for (let next = place + 1; next < sorted.length && sorted[next].west <= sorted[place].east; next++) {
      const found = meets(shape, sorted[place], sorted[next]);
      if (found) return found;
    }
  }
  return null;
}

function changed(shape, place, change) {
  return { ...shape, runs: shape.runs.map((run, at) => (at === place ? { ...run, points: change(run.points) } : run)) };
}

function edges({ runs }) {
  return runs.flatMap(({ points, closed }, run) => points.map((from, at) => ({ run, at, from, to: points[(at + 1) % points.length] }))
    .slice(0, closed ? undefined : -1));
}

/** Where two edges cross that are no neighbours; neighbours, where one runs back over the other. */
function meets(shape, one, other) {
  const length = shape.runs[one.run].points.length;
  const apart = one.run === other.run ? Math.abs(one.at - other.at) : length;
  if (apart === 1 || apart === length - 1) return folded(one, other);
  const [ax, ay, bx, by] = [one.to[0] - one.from[0], one.to[1] - one.from[1], other.to[0] - other.from[0], other.to[1] - other.from[1]];
  const [cx, cy] = [other.from[0] - one.from[0], other.from[1] - one.from[1]];
  const turn = ax * by - ay * bx;
  if (turn === 0) return null;
  const [along, beside] = [(cx * by - cy * bx) / turn, (cx * ay - cy * ax) / turn];
  const inside = (share) => share > 1e-9 && share < 1 - 1e-9;
  return inside(along) && inside(beside) ? /** @type {LonLat} */ ([one.from[0] + along * ax, one.from[1] + along * ay]) : null;
}

/** Whether an edge runs back over the one before it. */
function folded(one, other) {
  const joint = [one.from, one.to].find((point) => same(point, other.from) || same(point, other.to));
  if (!joint) return null;
  const away = ({ from, to }) => (same(from, joint) ? [to[0] - joint[0], to[1] - joint[1]] : [from[0] - joint[0], from[1] - joint[1]]);
  const [first, second] = [away(one), away(other)];
  const back = first[0] * second[0] + first[1] * second[1];
  return Math.abs(first[0] * second[1] - first[1] * second[0]) < 1e-9 * Math.abs(back) && back > 0 ? joint : null;
}

const same = (one, other) => one[0] === other[0] && one[1] === other[1];
