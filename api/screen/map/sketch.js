/**
 * A shape in the making on the map: drawn by clicks, or a given one with its vertices dragged, put in and taken out,
 * snapping to what lies near. By keyboard: Enter over the map sets a vertex at its centre, and `Sketch` has a method for
 * all that a mouse does, for a list beside the map.
 *
 *   const sketch = new Sketch(city, { changed: ({ shape, drawing }) => …, neighbours: () => lines });
 *   sketch.draw("Polygon");        // or "LineString", "Point"; finish() or a click on an end closes it
 *   sketch.edit(geometry);         // any geometry but a collection
 *   sketch.geometry;               // what it is now, null while it is no whole shape
 *   sketch.close();                // takes it off the map
 *
 * While a sketch is open, clicks are its own: `CityMap.take`.
 *
 * @typedef {import("./vertices.js").Shape} Shape
 * @typedef {import("./vertices.js").Vertex} Vertex
 * @typedef {import("./vertices.js").LonLat} LonLat
 * @typedef {object} Setup
 * @property {(sketch: Sketch) => void} changed            after every change, and when another vertex is chosen
 * @property {() => LonLat[][]} [neighbours]               lines to snap to
 * @property {(sketch: Sketch) => void} [finished]         drawing has come to its end
 */

import { fewest, geometryOf, inserted, moved, pointAt, removed, shapeOf } from "./vertices.js";
import { addSketch, dropSketch, nearestVertex, showSketch } from "./sketch_look.js";
import { snapped } from "./snapping.js";

const LONE = { Polygon: true, LineString: false, Point: false };
const DIGITS = 1e9;
const MOST_STEPS = 200;
let made = 0;

export class Sketch {
  /** @type {Shape | null} */ shape = null;
  /** Whether vertices are still being added by clicks. */ drawing = false;
  /** @type {Vertex | null} the vertex that keys act on */ chosen = null;
  /** @type {import("./snapping.js").Snapped | null} where the pointer snaps to just now */ snap = null;
  /** @type {LonLat | null} the pointer, while drawing */ pointer = null;
  /** What it is called on the map: several may be there. */ source = `huashan-sketch-${(made += 1)}`;
  #city;
  #setup;
  /** @type {Shape[]} */ #past = [];
  /** @type {Shape[]} */ #undone = [];
  #dragging = false;
  #release = () => {};
  #open = false;

  /** @param {import("./city_map.js").CityMap} city @param {Setup} setup */
  constructor(city, setup) {
    this.#city = city;
    this.#setup = setup;
  }

  /** The whole shape; null while it has too few vertices. */
  get geometry() {
    const { shape } = this;
    const whole = shape && shape.runs.length && shape.runs.every((run) => run.points.length >= fewest(shape, run));
    return shape && whole && !(this.drawing && shape.type !== "Point") ? geometryOf(shape) : null;
  }

  get mayUndo() { return this.#past.length > 0; }
  get mayRedo() { return this.#undone.length > 0; }

  /** Draw one from its first vertex on. @param {"Polygon" | "LineString" | "Point"} type */
  draw(type) {
    this.#begin({ type, runs: [{ path: type === "Polygon" ? [0] : [], points: [], closed: LONE[type] }] }, true);
  }

  /** Change this one. @param {any} geometry */
  edit(geometry) {
    this.#begin(shapeOf(geometry), false);
  }

  /** Take it off the map; what was drawn is forgotten. */
  close() {
    this.#release();
    this.#release = () => {};
    this.#open = this.drawing = this.#dragging = false;
    this.shape = this.chosen = this.snap = this.pointer = null;
    if (this.map) dropSketch(this.map, this.source);
  }

  get map() { return this.#city.map; }

  /** Draw it again, as over layers that were put on the map since. */
  show() {
    if (this.map && this.#open) showSketch(this.map, this);
  }

  /** Keep it on top, unless another is just there. */
  #alone() {
    const order = this.map.getLayersOrder();
    if (!order[order.length - 1].startsWith("huashan-sketch-")) this.show();
  }

  /** Put a vertex at the end of what is being drawn. @param {LonLat} point */
  add(point) {
    const { shape } = this;
    if (!shape || !this.drawing) return;
    if (shape.type === "Point") {
      this.#set(shape.runs[0].points.length ? moved(shape, { run: 0, at: 0 }, round(point)) : inserted(shape, { run: 0, at: 0 }, round(point)));
      return this.finish();
    }
    this.#set(inserted(shape, { run: 0, at: shape.runs[0].points.length }, round(point)));
  }

  /** End the drawing, where it is a whole shape. */
  finish() {
    if (!this.shape || !this.drawing || this.shape.runs[0].points.length < fewest(this.shape, this.shape.runs[0])) return false;
    this.drawing = false;
    this.pointer = this.snap = null;
    this.#after();
    this.#setup.finished?.(this);
    return true;
  }

  /** @param {Vertex | null} vertex */
  choose(vertex) {
    this.chosen = vertex;
    this.#after();
  }

  /** @param {Vertex} vertex @param {LonLat} point */
  move(vertex, point) {
    if (this.shape) this.#set(moved(this.shape, vertex, round(point)));
  }

  /** @param {Vertex} vertex @param {LonLat} point */
  insert(vertex, point) {
    if (!this.shape) return;
    this.chosen = vertex;
    this.#set(inserted(this.shape, vertex, round(point)));
  }

  /** Take a vertex out; whether one could be spared. @param {Vertex} vertex */
  remove(vertex) {
    if (!this.shape) return false;
    const without = this.drawing ? drop(this.shape, vertex) : removed(this.shape, vertex);
    if (!without) return false;
    this.chosen = null;
    this.#set(without);
    return true;
  }

  undo() { this.#step(this.#past, this.#undone); }
  redo() { this.#step(this.#undone, this.#past); }

  /** Where a point of the screen is: on what it snaps to, or as it is. @param {{ x: number, y: number }} at @returns {LonLat} */
  placeOf(at) {
    this.snap = this.#setup.neighbours ? snapped(this.map, at, this.#setup.neighbours()) : null;
    if (this.snap) return this.snap.point;
    const { lng, lat } = this.map.unproject(at);
    return [lng, lat];
  }

  #begin(shape, drawing) {
    this.close();
    Object.assign(this, { shape, drawing });
    this.#past = [];
    this.#undone = [];
    this.#open = true;
    if (this.map) this.#listen();
    this.#after();
  }

  #listen() {
    const { map } = this;
    addSketch(map, this.source);
    const canvas = map.getCanvas();
    const heard = { mousedown: (event) => this.#press(event), touchstart: (event) => event.points.length === 1 && this.#press(event),
      mousemove: (event) => this.#hover(event), dblclick: (event) => this.#double(event), contextmenu: (event) => this.#erase(event), styledata: () => this.#alone() };
    const give = this.#city.take((point) => this.#click(point));
    const keys = (event) => this.#key(event);
    for (const [name, hear] of Object.entries(heard)) map.on(name, hear);
    canvas.addEventListener("keydown", keys);
    this.#release = () => {
      give();
      canvas.removeEventListener("keydown", keys);
      for (const [name, hear] of Object.entries(heard)) map.off(name, hear);
      canvas.style.cursor = "";
    };
  }

  #click(point) {
    if (!this.shape) return;
    if (this.shape.type === "Point" && !this.drawing) return this.move({ run: 0, at: 0 }, this.placeOf(point));
    if (!this.drawing) return;
    const [run] = this.shape.runs;
    const near = this.shape.type === "Point" ? null : nearestVertex(this.map, this.shape, point);
    const ends = near && (near.at === run.points.length - 1 || (run.closed && near.at === 0));
    if (ends && run.points.length >= fewest(this.shape, run)) this.finish();
    else if (!ends) this.add(this.placeOf(point));
  }

  #press(event) {
    if (!this.shape || this.drawing || event.originalEvent.button) return;
    const vertex = nearestVertex(this.map, this.shape, event.point);
    const middle = vertex ? null : nearestVertex(this.map, this.shape, event.point, { middles: true });
    if (!vertex && !middle) return;
    event.preventDefault();
    const before = this.shape;
    if (middle) this.shape = inserted(before, middle, this.placeOf(event.point));
    this.chosen = vertex ?? middle;
    this.#drag(before, Boolean(middle));
  }

  #drag(before, changed) {
    const { map } = this;
    const vertex = /** @type {Vertex} */ (this.chosen);
    this.#dragging = true;
    let begun = changed;
    const move = (event) => {
      begun = true;
      this.shape = moved(/** @type {Shape} */ (this.shape), vertex, round(this.placeOf(event.point)));
      this.show();
    };
    const end = () => {
      for (const name of ["mousemove", "touchmove"]) map.off(name, move);
      for (const name of ["mouseup", "touchend"]) window.removeEventListener(name, end);
      this.#dragging = false;
      this.snap = null;
      if (begun) this.#past.push(before);
      if (begun) this.#undone = [];
      this.#after();
    };
    for (const name of ["mousemove", "touchmove"]) map.on(name, move);
    for (const name of ["mouseup", "touchend"]) window.addEventListener(name, end);
    this.#after();
  }

  #hover(event) {
    if (!this.shape || this.#dragging) return;
    if (this.drawing) {
      this.pointer = this.placeOf(event.point);
      this.show();
    }
    const grips = !this.drawing && (nearestVertex(this.map, this.shape, event.point) || nearestVertex(this.map, this.shape, event.point, { middles: true }));
    this.map.getCanvas().style.cursor = this.drawing ? "crosshair" : grips ? "move" : "";
  }

  #double(event) {
    // Its first click may just have ended the drawing: that is no wish to zoom.
    event.preventDefault();
    if (this.drawing) this.finish();
  }

  #erase(event) {
    const vertex = this.shape && nearestVertex(this.map, this.shape, event.point);
    if (!vertex) return;
    event.preventDefault();
    this.remove(vertex);
  }

  #key(event) {
    const last = this.drawing && this.shape ? { run: 0, at: this.shape.runs[0].points.length - 1 } : null;
    const vertex = last ?? this.chosen;
    if ((event.key === "Delete" || event.key === "Backspace") && vertex && vertex.at >= 0) this.remove(vertex);
    else if (event.key === "Enter" && event.shiftKey) this.finish();
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") event.shiftKey ? this.redo() : this.undo();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #set(shape) {
    if (this.shape) this.#past.push(this.shape);
    if (this.#past.length > MOST_STEPS) this.#past.shift();
    this.#undone = [];
    this.shape = shape;
    this.#after();
  }

  #step(from, to) {
    const shape = from.pop();
    if (!shape || !this.shape) return;
    to.push(this.shape);
    this.shape = shape;
    this.chosen = this.chosen && pointAt(shape, this.chosen) ? this.chosen : null;
    this.#after();
  }

  #after() {
    this.show();
    this.#setup.changed(this);
  }
}

/** Of a shape in the making any vertex can be spared. */
const drop = (shape, vertex) => ({ ...shape, runs: shape.runs.map((run, place) => (place === vertex.run ? { ...run, points: run.points.filter((_, at) => at !== vertex.at) } : run)) });

/** As many digits as the server tells. @returns {LonLat} */
const round = ([lon, lat]) => [Math.round(lon * DIGITS) / DIGITS, Math.round(lat * DIGITS) / DIGITS];
