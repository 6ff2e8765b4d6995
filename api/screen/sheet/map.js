/** The route on a map of lines: drawn from the sheet itself, so that it needs no tiles, no token and no network. */

import { byId, h, replace, svg } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { drawGround, namesOf } from "./ground.js";
import { extentOf, flat, planeAt, roundLength } from "./flat.js";
import { handle } from "./gestures.js";

const MARGIN = 1.25;
const LEAST_M = 150;
const ARROW_PX = 70;
const BUTTONS_PX = 64;
const MOST_NUMBERS = 24;

/** @typedef {{ x: number, y: number, per_px: number }} Look   the middle, in metres, and metres of a pixel */

/** @param {import("./trip.js").Trip} trip */
export function mapPart(trip) {
  /** @type {SheetMap | null} */ let map = null;
  let drawn = null;
  const render = () => {
    const place = byId("map");
    place.hidden = !trip.route;
    if (!trip.route) return;
    if (drawn !== trip.route) {
      drawn = trip.route;
      map = new SheetMap(place, trip);
    }
    map.mark();
  };
  const spoken = () => {
    drawn = null;
  };
  return { render, spoken };
}

class SheetMap {
  #trip;
  #place;
  /** @type {Look} */ #look = { x: 0, y: 0, per_px: 1 };
  #plane;
  #line;
  #picture;
  #floating = svg("g", {});
  #route = svg("g", { class: "route" });

  /** @param {HTMLElement} place @param {import("./trip.js").Trip} trip */
  constructor(place, trip) {
    const { route, sheet } = trip;
    const [lon, lat] = route.line.coordinates[0];
    this.#trip = trip;
    this.#place = place;
    this.#plane = planeAt(lon, lat);
    this.#line = route.line.coordinates.map((one) => this.#flat(one));
    this.#picture = svg("svg", { role: "application", tabindex: "0", "aria-label": t("sheet.mapkeys") },
      drawGround(sheet.ground, (one) => this.#flat(one)), this.#route, this.#floating);
    replace(place, this.#picture, h("div", { class: "buttons" },
      this.#button("in", "+", t("map.in"), () => this.#zoom(0.6)), this.#button("out", "−", t("map.out"), () => this.#zoom(1 / 0.6)),
      this.#button("whole", t("map.whole"), null, () => this.whole()),
      this.#button("next", t("map.next"), null, () => this.#near()), this.#button("me", t("map.me"), null, () => this.#me())));
    handle(this.#picture, {
      moved: (dx, dy) => this.#move({ x: this.#look.x - dx * this.#look.per_px, y: this.#look.y - dy * this.#look.per_px }),
      zoomed: (factor, at) => this.#zoom(factor, at),
    });
    new ResizeObserver(() => this.#show()).observe(this.#picture);
    if (trip.stops.length > MOST_NUMBERS) this.#near();
    else this.whole();
  }

  /** Show the whole route. */
  whole() {
    this.#fit(this.#line);
  }

  /** Show the next stop, and the phone where it is known. */
  #near() {
    const { next, position } = this.#trip;
    if (!next) return this.whole();
    const places = [this.#flat(next.place), ...this.#line.slice(next.line[0], next.line[1] + 1)];
    return this.#fit(position ? [...places, this.#flat([position.lon, position.lat])] : places);
  }

  #fit(places) {
    const { left, top, right, bottom } = extentOf(places);
    const { width, height } = this.#size();
    // What is to be seen lies beside the buttons, not under them.
    const free = Math.max(width - BUTTONS_PX, width / 2);
    const per_px = Math.max((right - left) / free, (bottom - top) / height, LEAST_M / free) * MARGIN;
    this.#move({ x: (left + right) / 2 + ((width - free) / 2) * per_px, y: (top + bottom) / 2, per_px });
  }

  /** Draw anew what is done and where the phone is. */
  mark() {
    replace(/** @type {any} */ (this.#route),
      svg("path", { class: "casing", d: pathOf(this.#line) }), svg("path", { class: "going", d: pathOf(this.#line) }),
      this.#trip.stops.filter(({ kind }) => kind === "piece").map((stop) => svg("path", {
        class: this.#trip.isDone(stop) ? "piece done" : stop.unverified ? "piece unverified" : "piece",
        d: pathOf(this.#line.slice(stop.line[0], stop.line[1] + 1)),
      })));
    this.#float();
  }

  #flat(place) {
    return flat(this.#plane, place);
  }

  #button(key, said, label, onclick) {
    return h("button", { type: "button", "data-key": `map-${key}`, "aria-label": label, hidden: key === "me", onclick }, said);
  }

  #size() {
    const { width, height } = this.#picture.getBoundingClientRect();
    return { width: width || 320, height: height || 280 };
  }

  #move(look) {
    this.#look = { ...this.#look, ...look };
    this.#show();
  }

  /** @param {number} factor @param {[number, number]} [at]   pixels from the middle that stay where they are */
  #zoom(factor, at = [0, 0]) {
    const { x, y, per_px } = this.#look;
    const next = Math.min(500, Math.max(0.05, per_px * factor));
    this.#move({ x: x + at[0] * (per_px - next), y: y + at[1] * (per_px - next), per_px: next });
  }

  #me() {
    const { position } = this.#trip;
    if (!position) return;
    const [x, y] = this.#flat([position.lon, position.lat]);
    this.#move({ x, y, per_px: Math.min(this.#look.per_px, 2) });
  }

  #show() {
    const { width, height } = this.#size();
    const { x, y, per_px } = this.#look;
    this.#picture.setAttribute("viewBox", `${x - (width * per_px) / 2} ${y - (height * per_px) / 2} ${width * per_px} ${height * per_px}`);
    this.#float();
  }

  /** What keeps its size on the screen: names, arrows, stops, the phone, scale and north. */
  #float() {
    const { position, next } = this.#trip;
    const me = position && this.#flat([position.lon, position.lat]);
    const button = /** @type {HTMLElement | null} */ (this.#place.querySelector("[data-key=map-me]"));
    if (button) button.hidden = !me;
    replace(/** @type {any} */ (this.#floating),
      namesOf(this.#trip.sheet.ground, (one) => this.#flat(one), (at) => this.#at(at)),
      this.#arrows(), this.#stops(next), me && this.#meShown(me, position.accuracy_m), this.#scale());
  }

  /** @param {[number, number]} place */
  #at([x, y]) {
    return `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${this.#look.per_px})`;
  }

  #arrows() {
    const every = ARROW_PX * this.#look.per_px;
    const found = [];
    let gone = every / 2;
    for (let at = 1; at < this.#line.length && found.length < 60; at += 1) {
      const [[ax, ay], [bx, by]] = [this.#line[at - 1], this.#line[at]];
      const step = Math.hypot(bx - ax, by - ay);
      for (; gone <= step && found.length < 60; gone += every) {
        const share = gone / step;
        const turn = (Math.atan2(by - ay, bx - ax) * 180) / Math.PI;
        found.push(svg("path", { class: "arrow", d: "M6 0L-5 4.5L-5 -4.5Z", transform: `${this.#at([ax + (bx - ax) * share, ay + (by - ay) * share])} rotate(${turn.toFixed(0)})` }));
      }
      gone -= step;
    }
    return found;
  }

  #stops(next) {
    const heaps = this.#heaps();
    // More than can be read are dots, until one looks nearer.
    const crowded = heaps.length > MOST_NUMBERS;
    const classOf = (heap) => (heap.includes(next) ? "stop now" : heap.every((stop) => this.#trip.isDone(stop)) ? "stop done" : "stop");
    // Back to front, so that start and next lie on top of what ends in the same place.
    return heaps.reverse().map((heap) => {
      const spoken = !crowded || heap.includes(next) || heap[0].kind === "start";
      const said = spoken ? saidOf(heap.map(({ mark }) => mark)) : "";
      const radius = heap.includes(next) ? 13 : spoken ? 10 : 4;
      const half = spoken ? Math.max(radius, said.length * 6 + 3) : radius;
      return svg("g", { class: classOf(heap), transform: this.#at(this.#flat(heap[0].place)) },
        svg("rect", { x: -half, y: -radius, width: 2 * half, height: 2 * radius, rx: radius }), svg("text", { y: 4.5 }, said));
    });
  }

  /** Stops that lie on one another at this scale, each heap where its first one is. @returns {import("./asking.js").Stop[][]} */
  #heaps() {
    const near = 18 * this.#look.per_px;
    /** @type {import("./asking.js").Stop[][]} */
    const heaps = [];
    for (const stop of this.#trip.route.stops) {
      const [x, y] = this.#flat(stop.place);
      const heap = heaps.find(([first]) => {
        const [fx, fy] = this.#flat(first.place);
        return Math.abs(x - fx) < near && Math.abs(y - fy) < near;
      });
      if (heap) heap.push(stop);
      else heaps.push([stop]);
    }
    return heaps;
  }

  #meShown(me, accuracy_m) {
    return [svg("circle", { class: "unsure", cx: me[0], cy: me[1], r: accuracy_m }), svg("circle", { class: "me", r: 7, transform: this.#at(me) })];
  }

  #scale() {
    const { width, height } = this.#size();
    const { x, y, per_px } = this.#look;
    const length_m = roundLength(width * per_px * 0.3);
    const at = /** @type {[number, number]} */ ([x - (width / 2 - 12) * per_px, y + (height / 2 - 14) * per_px]);
    const said = length_m < 1000 ? t("metres", { n: number(length_m, 1) }) : t("kilometres", { n: number(length_m / 1000, 1) });
    const px = length_m / per_px;
    const north = /** @type {[number, number]} */ ([x - (width / 2 - 18) * per_px, y - (height / 2 - 18) * per_px]);
    return [
      svg("g", { class: "scale", transform: this.#at(at) }, svg("path", { d: `M0 -5V0H${px.toFixed(1)}V-5` }), svg("text", { x: 4, y: -5 }, said)),
      svg("g", { class: "north", transform: this.#at(north) }, svg("path", { d: "M0 -11L5 5L0 1.5L-5 5Z" }), svg("text", { y: 18 }, t("map.up"))),
    ];
  }
}

/** What stops that lie on one another say: two of them at most, of more that there are more. @param {string[]} marks */
const saidOf = (marks) => (marks.length < 3 ? marks.join("·") : `${marks[0]}…${marks[marks.length - 1]}`);

/** @param {[number, number][]} line */
export const pathOf = (line) => line.map(([x, y], at) => `${at ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
