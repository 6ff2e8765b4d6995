/**
 * The names of the waters, each where most of it is on the map: a lake's own place for its name may lie outside the view,
 * and the four waters are what the wall is about.
 */

import { readWaters } from "./asking.js";
import { waterNames } from "./style.js";

/** So many steps across a water where a place for its name is looked for. */
const STEPS = 28;

export class Waters {
  #map = null;
  /** @type {any[]} */ #features = [];
  #asked = false;
  /** @type {() => { theme: import("./palette.js").Theme, k: number }} */ #look;

  /** @param {() => { theme: import("./palette.js").Theme, k: number }} look */
  constructor(look) {
    this.#look = look;
  }

  async arrived({ other }) {
    if (this.#asked && !other) return;
    this.#asked = true;
    this.#features = (await readWaters().catch(() => ({ features: [] }))).features;
    this.place();
  }

  tiles({ layer }) {
    if (layer === "water") this.arrived({ other: true });
  }

  /** @param {any} map */
  drawn(map) {
    const { theme, k } = this.#look();
    if (!this.#map) map.on("moveend", () => this.place());
    this.#map = map;
    if (!map.getSource("water-names")) map.addSource("water-names", { type: "geojson", data: collection([]) });
    const rule = waterNames(theme, k);
    if (map.getLayer(rule.id)) map.removeLayer(rule.id);
    map.addLayer(rule);
    this.place();
  }

  place() {
    if (!this.#map) return;
    const { _sw: low, _ne: high } = this.#map.getBounds();
    const view = [low.lng, low.lat, high.lng, high.lat];
    const found = new Map();
    for (const { properties, geometry } of this.#features) {
      const spot = properties.name && spotOf(geometry, view);
      if (spot && !(found.get(properties.name)?.room > spot.room)) found.set(properties.name, spot);
    }
    this.#map.getSource("water-names")?.setData(collection([...found].map(([name, { at }]) => (
      { type: "Feature", properties: { name }, geometry: { type: "Point", coordinates: at } }))));
  }
}

const collection = (features) => ({ type: "FeatureCollection", features });

/**
 * Where in the view a shape is named: in an area where it is farthest from every edge, on a line halfway; null outside.
 * @param {any} geometry
 * @param {number[]} view west, south, east, north, degrees
 * @returns {{ at: number[], room: number } | null}
 */
export function spotOf(geometry, view) {
  const areas = { Polygon: () => [geometry.coordinates], MultiPolygon: () => geometry.coordinates }[geometry.type]?.();
  if (areas) return best(areas.map((rings) => spotIn(rings, view)));
  const lines = { LineString: () => [geometry.coordinates], MultiLineString: () => geometry.coordinates }[geometry.type]?.() ?? [];
  return best(lines.map((line) => spotOn(line, view)));
}

const best = (spots) => spots.reduce((one, other) => (other && !(one && one.room >= other.room) ? other : one), null);

function spotOn(line, [west, south, east, north]) {
  const inside = line.filter(([lon, lat]) => lon > west && lon < east && lat > south && lat < north);
  // A line has no room of its own: a lake of the same name goes before it.
  return inside.length ? { at: inside[Math.floor(inside.length / 2)], room: 0 } : null;
}

function spotIn(rings, view) {
  const lons = rings[0].map(([lon]) => lon);
  const lats = rings[0].map(([, lat]) => lat);
  const [west, south, east, north] = [Math.max(view[0], Math.min(...lons)), Math.max(view[1], Math.min(...lats)), Math.min(view[2], Math.max(...lons)), Math.min(view[3], Math.max(...lats))];
  if (west >= east || south >= north) return null;
  const flat = Math.cos((south * Math.PI) / 180);
  const edges = [...rings.flat(), [west, (south + north) / 2], [east, (south + north) / 2], [(west + east) / 2, south], [(west + east) / 2, north]];
  let found = null;
  for (let across = 1; across < STEPS; across += 1) {
    for (let up = 1; up < STEPS; up += 1) {
      const at = [west + ((east - west) * across) / STEPS, south + ((north - south) * up) / STEPS];
      if (!within(at, rings)) continue;
      const room = Math.min(...edges.map(([lon, lat]) => Math.hypot((lon - at[0]) * flat, lat - at[1])));
      if (!found || room > found.room) found = { at, room };
    }
  }
  return found;
}

/** Whether a place lies in an area with holes: it crosses their edges an odd number of times. */
function within([lon, lat], rings) {
  let inside = false;
  for (const ring of rings) {
    for (let one = 0, other = ring.length - 1; one < ring.length; other = one, one += 1) {
      const [x, y] = ring[one];
      const [u, v] = ring[other];
      if (y > lat !== v > lat && lon < ((u - x) * (lat - y)) / (v - y) + x) inside = !inside;
    }
  }
  return inside;
}
