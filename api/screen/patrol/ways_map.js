/** The map of the page: every line in grey, what was seen of it over that, the ways that were gone, and who is where. */

import { ago, now_ms } from "../page/time.js";
import { t } from "../page/text.js";
import { linesOf, piecesOf } from "./growth.js";
import { imageOf, keyOf, lendImage } from "./marks.js";
import { boxOf, trail, whereabouts } from "./ways.js";

const NOTHING = { type: "FeatureCollection", features: [] };
const FACES = ["Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "sans-serif"];
const SOURCES = ["lines", "seen", "ways", "trails", "trial", "metre", "crews"];
/** Over the lines a click may come so near, pixels. */
const TOUCH = 18;
/** A crew whose patrol has ended is shown no longer than this. */
const BACK_MS = 600_000;
/** A position that is older is shown hollow. */
const OLD_MS = 300_000;
/** How often what moves is drawn: each picture goes to the map's worker and back. */
const DRAW_MS = 80;
const width = (thin, thick) => ["interpolate", ["exponential", 1.5], ["zoom"], 10, thin, 16, thick];
const ROUND = { "line-cap": "round", "line-join": "round" };
const RULES = [
  { id: "lines", type: "line", layout: ROUND, paint: { "line-color": "#9aa7ae", "line-width": ["match", ["get", "layer"], "bank", 2.2, 1.1] } },
  { id: "seen", type: "line", paint: { "line-color": "#0f7a4f", "line-width": ["match", ["get", "layer"], "bank", 7.5, 4.5], "line-opacity": 0.85 } },
  { id: "ways", type: "line", layout: ROUND, paint: { "line-color": ["get", "colour"], "line-width": 1.2, "line-opacity": 0.35 } },
  { id: "trails", type: "line", layout: ROUND, paint: { "line-color": ["get", "colour"], "line-width": width(2, 4) } },
  { id: "trial", type: "line", layout: ROUND, paint: { "line-color": ["get", "colour"], "line-width": ["get", "width"], "line-opacity": ["get", "opacity"] } },
  { id: "metre", type: "circle", paint: { "circle-radius": 9, "circle-opacity": 0, "circle-stroke-color": "#10243a", "circle-stroke-width": 3 } },
  {
    id: "crews", type: "symbol",
    layout: {
      "icon-image": ["get", "image"], "icon-allow-overlap": true, "text-field": ["get", "name"], "text-font": FACES, "text-size": 13,
      "text-anchor": "top", "text-offset": [0, 0.9], "text-optional": true,
    },
    paint: { "text-color": "#10243a", "text-halo-color": "#ffffff", "text-halo-width": 1.6 },
  },
];
const named = (name) => `patrol-${name}`;
const lines = (colour, places) => ({ type: "Feature", properties: { colour }, geometry: { type: "MultiLineString", coordinates: places } });
const set = (map, name, features) => map.getSource(named(name))?.setData({ type: "FeatureCollection", features });

/** What a style has to tell is hidden on this page: the lines are drawn here, as they were seen. */
export const GROUND_LAYERS = new Set(["water", "grid"]);

export class WaysMap {
  /** @type {any} */ #map = null;
  #replay;
  #drawn_ms = 0;
  #waiting = 0;
  /** Looking at a box is the page's to arrange. */
  look = (/** @type {any} */ _box) => {};

  /** @param {import("./replay.js").Replay} replay */
  constructor(replay) {
    this.#replay = replay;
    replay.hear((what) => (what === "data" ? this.redraw() : this.#soon()));
  }

  /** The map is there. @param {any} map */
  opened(map) {
    this.#map = map;
    for (const name of SOURCES) map.addSource(named(name), { type: "geojson", data: NOTHING });
    for (const rule of RULES) map.addLayer({ ...rule, id: named(rule.id), source: named(rule.id) });
    this.redraw();
  }

  /** Put it over what was drawn since. @param {any} map */
  raise(map) {
    for (const { id } of RULES) map.moveLayer(named(id));
  }

  /** The line near a point of the screen, and the place that was pointed at. @param {{ x: number, y: number }} point */
  lineAt({ x, y }) {
    const near = (by) => this.#map.queryRenderedFeatures([[x - by, y - by], [x + by, y + by]], { layers: [named("lines")] });
    const [found] = [3, 8, TOUCH].map(near).find((some) => some.length) ?? [];
    const { lng, lat } = this.#map.unproject([x, y]);
    return found ? { layer: found.properties.layer, code: found.properties.code, lon: lng, lat } : null;
  }

  /** Everything anew: other days, or more of these. */
  redraw() {
    if (!this.#map) return;
    const { growths, marks, shown } = this.#replay;
    for (const mark of marks.values()) for (const silent of [false, true]) lendImage(this.#map, mark, silent);
    set(this.#map, "lines", growths.flatMap(linesOf));
    set(this.#map, "seen", growths.flatMap(piecesOf));
    set(this.#map, "ways", shown.map((patrol) => lines(marks.get(keyOf(patrol))?.colour, trail(patrol, -Infinity, Infinity))));
    this.#move();
  }

  /** Mark a metre, or none. @param {[number, number] | null} place */
  mark(place) {
    if (this.#map) set(this.#map, "metre", place ? [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: place } }] : []);
  }

  /** Draw what a track would see, or saw; none takes it away. @param {any} saw */
  tryOut(saw) {
    if (!this.#map) return;
    const look = (properties) => (geometry) => geometry && { type: "Feature", properties, geometry };
    const wide = look({ colour: "#b36bd6", width: 9, opacity: 0.35 });
    const seen = look({ colour: "#7a2ea8", width: 5, opacity: 0.85 });
    const way = look({ colour: "#10243a", width: 2, opacity: 1 });
    set(this.#map, "trial", saw ? [
      ...saw.targets.map((target) => wide(target.possible_geometry)), ...saw.targets.map((target) => seen(target.seen_geometry)),
      ...saw.legs.features.map(({ geometry }) => way(geometry)),
    ].filter(Boolean) : []);
  }

  #soon() {
    if (!this.#map || this.#waiting) return;
    this.#waiting = window.setTimeout(() => { this.#waiting = 0; this.#move(); }, Math.max(0, this.#drawn_ms + DRAW_MS - performance.now()));
  }

  #move() {
    if (!this.#map) return;
    this.#drawn_ms = performance.now();
    const { shown, marks, time, since, live, positions } = this.#replay;
    this.#map.setFilter(named("seen"), ["<=", ["get", "at"], Math.floor(time / 1000)]);
    set(this.#map, "trails", shown.map((patrol) => lines(marks.get(keyOf(patrol))?.colour, trail(patrol, since, time))));
    const features = live ? positions.map((one) => now(one, marks)) : shown.map((patrol) => then(patrol, marks, time));
    set(this.#map, "crews", features.filter(Boolean));
  }

  /** The box that holds all ways, or null. */
  get box() {
    return boxOf(this.#replay.shown);
  }
}

function crew(mark, silent, at, name) {
  return { type: "Feature", properties: { image: imageOf(mark, silent), name, crew: mark.key }, geometry: { type: "Point", coordinates: at } };
}

/** A crew as it was at a time: filled where that is known, hollow where it was heard of last. */
function then(patrol, marks, time) {
  const mark = marks.get(keyOf(patrol));
  const { state, at, since_ms } = whereabouts(patrol, time);
  if (!mark || !at || (state === "back" && since_ms > BACK_MS)) return null;
  return crew(mark, state !== "out", at, state === "silent" ? `${mark.name} · ${t("crew.silent.short")}` : mark.name);
}

/** A crew as it is now, with the age of what is known. */
function now({ crew: code, patrol, lon, lat, time }, marks) {
  const mark = marks.get(code ?? `#${patrol}`);
  const age_ms = now_ms() - Date.parse(time);
  return mark ? crew(mark, age_ms > OLD_MS, [lon, lat], `${mark.name} · ${ago(age_ms)}`) : null;
}
