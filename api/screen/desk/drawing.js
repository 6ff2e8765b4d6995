/**
 * Drawing a line or an area for a tool of the desk: the map's sketch, told with where the pointer or the crosshair is, and
 * ended by Escape too.
 *
 * @typedef {[number, number]} Corner degrees
 */

import { Sketch } from "../map/sketch.js";

export class Drawing {
  #desk;
  #heard;
  #frame = 0;
  sketch;

  /**
   * @param {import("./desk.js").Desk} desk
   * @param {object} setup
   * @param {boolean} setup.area
   * @param {(drawing: Drawing) => void} [setup.changed]   corners, or what the pointer is over
   * @param {(drawing: Drawing) => void} setup.finished    there is a whole shape, whose corners can still be dragged
   * @param {() => void} setup.stopped                     it was given up, or taken away
   */
  constructor(desk, { area, changed, finished, stopped }) {
    this.#desk = desk;
    this.area = area;
    this.stopped = stopped;
    desk.drawing?.stop();
    desk.drawing = this;
    this.sketch = new Sketch(desk.city, { changed: () => changed?.(this), finished: () => finished(this) });
    const soon = () => { this.#frame ||= requestAnimationFrame(() => { this.#frame = 0; if (this.sketch.drawing) changed?.(this); }); };
    this.#heard = { mousemove: soon, move: () => { this.#crosshair(); soon(); } };
    for (const [name, hear] of Object.entries(this.#heard)) desk.map.on(name, hear);
    desk.map.getCanvas().addEventListener("keydown", this.#key);
    this.sketch.draw(area ? "Polygon" : "LineString");
    desk.map.getCanvas().focus();
  }

  /** Those that were set. @returns {Corner[]} */
  get corners() {
    return this.sketch.shape?.runs[0].points ?? [];
  }

  /** Those and the one that the pointer is over. @returns {Corner[]} */
  get reaching() {
    const { pointer, drawing } = this.sketch;
    return drawing && pointer && this.corners.length ? [...this.corners, pointer] : this.corners;
  }

  get open() { return this.sketch.drawing; }

  /** Done, where that is a whole shape; else given up. */
  finish() {
    if (!this.sketch.finish()) this.stop();
  }

  /** Take it off the map. */
  stop() {
    if (this.#desk.drawing !== this) return;
    this.#desk.drawing = null;
    for (const [name, hear] of Object.entries(this.#heard)) this.#desk.map.off(name, hear);
    this.#desk.map.getCanvas().removeEventListener("keydown", this.#key);
    this.sketch.close();
    this.stopped();
  }

  #key = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    if (this.open) this.finish();
    else this.stop();
  };

  /** By keyboard the pointer is the crosshair. */
  #crosshair() {
    const { map } = this.#desk;
    if (!this.open || !map.getContainer().classList.contains("aiming")) return;
    const { lng, lat } = map.getCenter();
    this.sketch.pointer = [lng, lat];
    this.sketch.show();
  }
}
