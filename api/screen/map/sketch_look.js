/** How a shape in the making looks on the map, and which of its vertices lies under a point. */

import { crossing, isArea, middles } from "./vertices.js";

const GRIP_PX = 10;
/** With more vertices in view than these their middles are not drawn: zoomed in they are. */
const MOST_MIDDLES = 400;

/** Prepare the map for it. @param {any} map @param {string} source   of its own */
export function addSketch(map, source) {
  if (map.getSource(source)) return;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const [main, paper, bad, focus] = ["--chosen", "--paper", "--bad", "--focus"].map(colour);
  const only = (part) => ["==", ["get", "part"], part];
  const circle = (part, radius, fill, edge, width) => ({ id: part, type: "circle", filter: only(part),
    paint: { "circle-radius": radius, "circle-color": fill, "circle-stroke-color": edge, "circle-stroke-width": width } });
  map.addSource(source, { type: "geojson", data: collection([]) });
  const rules = [
    { id: "area", type: "fill", filter: only("area"), paint: { "fill-color": focus, "fill-opacity": 0.12 } },
    { id: "halo", type: "line", filter: only("line"), paint: { "line-color": paper, "line-width": 6, "line-opacity": 0.9 } },
    { id: "line", type: "line", filter: only("line"), paint: { "line-color": focus, "line-width": 2.5 } },
    { id: "next", type: "line", filter: only("next"), paint: { "line-color": focus, "line-width": 2, "line-dasharray": [2, 2] } },
    circle("middle", 3.5, paper, focus, 1.2),
    circle("vertex", 5.5, paper, main, 2.5),
    circle("chosen", 6.5, focus, paper, 2.5),
    { ...circle("snap", 10, "rgba(0,0,0,0)", focus, 3) },
    { ...circle("crossing", 9, "rgba(0,0,0,0)", bad, 3.5) },
  ];
  for (const rule of rules) map.addLayer({ ...rule, id: `${source}-${rule.id}`, source });
}

/** Take it off. @param {any} map @param {string} source */
export function dropSketch(map, source) {
  if (!map.getSource(source)) return;
  for (const rule of map.getStyle().layers) if (rule.source === source) map.removeLayer(rule.id);
  map.removeSource(source);
}

/** Put it over what was drawn since, and show it as it is. @param {any} map @param {import("./sketch.js").Sketch} sketch */
export function showSketch(map, sketch) {
  addSketch(map, sketch.source);
  const order = map.getLayersOrder();
  const mine = order.filter((id) => id.startsWith(`${sketch.source}-`));
  if (order.slice(-mine.length).join() !== mine.join()) for (const id of mine) map.moveLayer(id);
  map.getSource(sketch.source).setData(collection(sketch.shape ? partsOf(map, sketch, sketch.shape) : []));
}

/**
 * The vertex under a point, or the place that one put there would take; null where there is none.
 * @param {any} map
 * @param {import("./vertices.js").Shape} shape
 * @param {{ x: number, y: number }} at
 * @param {{ middles?: boolean }} [options]
 * @returns {import("./vertices.js").Vertex | null}
 */
export function nearestVertex(map, shape, at, { middles: between = false } = {}) {
  const all = between ? middles(shape) : shape.runs.flatMap(({ points }, run) => points.map((point, place) => ({ vertex: { run, at: place }, point })));
  let best = { far: GRIP_PX, vertex: /** @type {import("./vertices.js").Vertex | null} */ (null) };
  const bounds = map.getBounds();
  for (const { vertex, point } of all) {
    if (!bounds.contains(point)) continue;
    const { x, y } = map.project(point);
    const far = Math.hypot(x - at.x, y - at.y);
    if (far < best.far) best = { far, vertex };
  }
  return best.vertex;
}

function partsOf(map, { chosen, drawing, snap, pointer }, shape) {
  const alone = shape.type === "Point";
  const parts = shape.runs.flatMap(({ points, closed }, run) => [
    points.length > 1 && part("line", { type: "LineString", coordinates: closed && !drawing ? [...points, points[0]] : points }),
    ...points.map((point, at) => dot(alone || (chosen?.run === run && chosen.at === at) ? "chosen" : "vertex", point)),
  ]);
  const [first] = shape.runs;
  if (isArea(shape) && (!drawing || first.points.length > 2)) parts.unshift(...areas(shape));
  if (drawing && pointer && first.points.length) parts.push(part("next", { type: "LineString", coordinates: [first.points.at(-1), pointer, ...(first.closed ? [first.points[0]] : [])] }));
  if (!drawing) parts.push(...between(map, shape));
  const cross = drawing ? null : crossing(shape);
  if (cross) parts.push(dot("crossing", cross));
  if (snap) parts.push(dot("snap", snap.point));
  return parts.filter(Boolean);
}

/** Each part with its holes. */
function areas(shape) {
  const parts = new Map();
  for (const { path, points } of shape.runs) {
    const key = path.length > 1 ? path[0] : 0;
    parts.set(key, [...(parts.get(key) ?? []), [...points, points[0]]]);
  }
  return [...parts.values()].map((coordinates) => part("area", { type: "Polygon", coordinates }));
}

function between(map, shape) {
  const bounds = map.getBounds();
  const seen = middles(shape).filter(({ point }) => bounds.contains(point));
  return seen.length > MOST_MIDDLES ? [] : seen.map(({ point }) => dot("middle", point));
}

const part = (name, geometry) => ({ type: "Feature", properties: { part: name }, geometry });
const dot = (name, coordinates) => part(name, { type: "Point", coordinates });
const collection = (features) => ({ type: "FeatureCollection", features });
