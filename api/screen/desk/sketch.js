/**
 * Drawing a line or an area on the map: by pointer, and by keyboard, where Enter sets a corner at the crosshair, Backspace
 * takes the last away and Escape ends. What has been drawn is told corner by corner, with the one the pointer is over.
 *
 * @typedef {[number, number]} Corner degrees
 * @typedef {object} Drawing
 * @property {boolean} area
 * @property {(corners: Corner[], over: Corner | null) => void} [changed]
 * @property {(corners: Corner[] | null) => void} ended   null: given up
 */

import { MOST_CORNERS } from "./fields.js";

const SOURCE = "huashan-sketch";

export class Sketch {
  /** @type {Corner[]} */ corners = [];
  #desk;
  #drawing;
  /** @type {Corner | null} */ #over = null;
  #frame = 0;
  #going = true;
  #listeners;

  /** @param {import("./desk.js").Desk} desk @param {Drawing} drawing */
  constructor(desk, drawing) {
    this.#desk = desk;
    this.#drawing = drawing;
    const { map } = desk;
    show(map, [], drawing.area);
    this.#listeners = { mousemove: ({ lngLat }) => this.#hover([lngLat.lng, lngLat.lat]), move: () => this.#crosshair(), dblclick: (event) => this.#twice(event) };
    for (const [name, listener] of Object.entries(this.#listeners)) map.on(name, listener);
    map.getCanvas().addEventListener("keydown", this.#key);
    desk.take({ pointed: ({ lng, lat }) => this.#add([lng, lat]), dropped: () => this.#end(null) });
  }

  /** Done: it is told as drawn. */
  finish() {
    this.#end(this.corners);
    this.#desk.take(null);
  }

  /** Given up. */
  stop() {
    this.#end(null);
    this.#desk.take(null);
  }

  undo() {
    this.corners = this.corners.slice(0, -1);
    this.#tell();
  }

  #add(corner) {
    const last = this.corners[this.corners.length - 1];
    // The second of a double click falls on the first.
    if (last && near(this.#desk.map, last, corner)) return;
    if (this.corners.length < MOST_CORNERS) this.corners = [...this.corners, corner];
    this.#tell();
  }

  #twice(event) {
    event.preventDefault();
    if (this.corners.length >= (this.#drawing.area ? 3 : 2)) this.finish();
  }

  #key = (event) => {
    if (event.key === "Backspace") { event.preventDefault(); this.undo(); }
    if (event.key === "Escape") { event.preventDefault(); if (this.corners.length >= (this.#drawing.area ? 3 : 2)) this.finish(); else this.stop(); }
  };

  #hover(corner) {
    this.#over = corner;
    this.#soon();
  }

  #crosshair() {
    if (!this.#desk.map.getContainer().classList.contains("aiming")) return;
    const { lng, lat } = this.#desk.map.getCenter();
    this.#hover([lng, lat]);
  }

  #soon() {
    this.#frame ||= requestAnimationFrame(() => { this.#frame = 0; if (this.#going) this.#tell(); });
  }

  #tell() {
    const { area, changed } = this.#drawing;
    const corners = this.#over && this.corners.length ? [...this.corners, this.#over] : this.corners;
    show(this.#desk.map, corners, area);
    changed?.(this.corners, this.#over);
  }

  #end(corners) {
    if (!this.#going) return;
    this.#going = false;
    const { map } = this.#desk;
    for (const [name, listener] of Object.entries(this.#listeners)) map.off(name, listener);
    map.getCanvas().removeEventListener("keydown", this.#key);
    show(map, corners ?? [], this.#drawing.area);
    this.#drawing.ended(corners);
  }
}

/** Show a shape over the map, until another is shown; none for no corners. @param {any} map @param {Corner[]} corners @param {boolean} area */
export function show(map, corners, area) {
  if (!map) return;
  if (!map.getSource(SOURCE)) prepare(map);
  map.getSource(SOURCE).setData({ type: "FeatureCollection", features: features(corners, area) });
  for (const id of ["fill", "halo", "line", "corner"]) map.moveLayer(`${SOURCE}-${id}`);
}

function prepare(map) {
  const colour = getComputedStyle(document.documentElement).getPropertyValue("--focus").trim();
  map.addSource(SOURCE, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  const rules = [
    { id: "fill", type: "fill", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour, "fill-opacity": 0.14 } },
    { id: "halo", type: "line", paint: { "line-color": "#ffffff", "line-width": 5, "line-opacity": 0.85 } },
    { id: "line", type: "line", paint: { "line-color": colour, "line-width": 2.5 } },
    { id: "corner", type: "circle", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 4, "circle-color": "#ffffff", "circle-stroke-color": colour, "circle-stroke-width": 2 } },
  ];
  for (const rule of rules) map.addLayer({ ...rule, id: `${SOURCE}-${rule.id}`, source: SOURCE });
}

function features(corners, area) {
  const feature = (type, coordinates) => ({ type: "Feature", properties: {}, geometry: { type, coordinates } });
  const points = corners.map((corner) => feature("Point", corner));
  if (area && corners.length > 2) return [feature("Polygon", [[...corners, corners[0]]]), ...points];
  return corners.length > 1 ? [feature("LineString", corners), ...points] : points;
}

function near(map, one, other) {
  const [a, b] = [map.project(one), map.project(other)];
  return Math.hypot(a.x - b.x, a.y - b.y) < 4;
}
