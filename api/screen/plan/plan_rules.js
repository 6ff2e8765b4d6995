/** How a plan is drawn: its sources and rules on the map, from below to above. */

import { PATTERNS } from "./marks.js";

const FACES = ["Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "sans-serif"];
const ROUND = { "line-cap": "round", "line-join": "round" };
const width = (thin, thick) => ["interpolate", ["exponential", 1.5], ["zoom"], 10, thin, 16, thick];
const faded = (full) => ["case", ["get", "dim"], 0.25, full];
const IS_LINE = ["==", ["geometry-type"], "LineString"];
const LEFT = "#4a3b2a";
/** What became of a piece: seen is green as on the page of patrols, missed is wrong and red. */
const WALKED = ["match", ["get", "state"], "walked", "#0f7a4f", "partly", "#0f7a4f", "missed", "#a5182b", "#55646e"];

export const SOURCES = ["left", "walked", "legs", "routes", "stops"];
export const named = (id) => `plan-${id}`;
export const imageOf = (colour, round) => `plan-${round ? "stop" : "end"}-${colour}`;
/** Rules that answer to a click, from above to below, and what of a feature they choose. */
export const CLICKED = ["stops", "lefts-sign", "left-line", "left-points", "walked-line", "walked-points", "routes-line", "routes-broken"];

const rule = (id, source, type, more) => ({ id: named(id), source: named(source), type, ...more });
const solid = ["!", ["get", "unverified"]];

export const RULES = [
  rule("left-line", "left", "line", { filter: ["any", ["==", ["geometry-type"], "LineString"], ["all", ["get", "loud"], ["!=", ["geometry-type"], "Point"]]], layout: ROUND, paint: { "line-color": LEFT, "line-width": ["interpolate", ["exponential", 1.5], ["zoom"], 10, ["case", ["get", "loud"], 2.2, 1.2], 16, ["case", ["get", "loud"], 5, 3]], "line-opacity": ["case", ["get", "loud"], 0.9, 0.45], "line-dasharray": [1, 1.6] } }),
  rule("left-points", "left", "circle", { filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": ["case", ["get", "loud"], 5, 2.5], "circle-color": "#ffffff", "circle-stroke-color": LEFT, "circle-stroke-width": ["case", ["get", "loud"], 2, 1] } }),
  rule("walked-line", "walked", "line", { filter: ["all", ["!=", ["geometry-type"], "Point"], ["!=", ["get", "state"], "partly"]], layout: ROUND, paint: { "line-color": WALKED, "line-width": width(5, 12), "line-opacity": 0.6 } }),
  rule("walked-part", "walked", "line", { filter: ["all", ["!=", ["geometry-type"], "Point"], ["==", ["get", "state"], "partly"]], paint: { "line-color": WALKED, "line-width": width(5, 12), "line-opacity": 0.6, "line-dasharray": [1, 0.8] } }),
  rule("walked-points", "walked", "circle", { filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 7, "circle-color": WALKED, "circle-stroke-color": "#ffffff", "circle-stroke-width": 2 } }),
  rule("legs", "legs", "line", { layout: ROUND, paint: { "line-color": "#10243a", "line-width": 1.4, "line-opacity": 0.8 } }),
  rule("routes-edge", "routes", "line", { filter: IS_LINE, layout: ROUND, paint: { "line-color": "#ffffff", "line-width": width(4.5, 11), "line-opacity": faded(0.9) } }),
  rule("routes-line", "routes", "line", { filter: solid, layout: ROUND, paint: { "line-color": ["get", "colour"], "line-width": width(2.8, 7.5), "line-opacity": faded(1) } }),
  rule("routes-broken", "routes", "line", { filter: ["get", "unverified"], paint: { "line-color": ["get", "colour"], "line-width": width(2.8, 7.5), "line-opacity": faded(1), "line-dasharray": [1.4, 1.1] } }),
  ...PATTERNS.map((dashes, pattern) => ({ dashes, pattern })).filter(({ dashes }) => dashes).map(({ dashes, pattern }) => rule(`routes-pattern-${pattern}`, "routes", "line", {
    filter: ["all", solid, ["==", ["get", "pattern"], pattern]], layout: pattern === 3 ? ROUND : {},
    paint: { "line-color": "#ffffff", "line-width": width(0.9, 2.4), "line-opacity": faded(1), ...(pattern === 1 ? {} : { "line-dasharray": dashes }) },
  })),
  rule("lefts-sign", "left", "symbol", {
    layout: { "symbol-placement": "point", "text-field": ["get", "sign"], "text-font": FACES, "text-size": 13, "text-padding": 1 },
    paint: { "text-color": LEFT, "text-halo-color": "#ffffff", "text-halo-width": 2 },
  }),
  rule("stops", "stops", "symbol", {
    filter: ["any", ["get", "loud"], [">=", ["zoom"], 13.5]],
    layout: {
      "icon-image": ["get", "image"], "icon-allow-overlap": ["step", ["zoom"], false, 14, true], "text-allow-overlap": ["step", ["zoom"], false, 14, true], "symbol-sort-key": ["get", "key"],
      "text-field": ["get", "words"], "text-font": FACES, "text-size": 12, "icon-padding": 0, "text-padding": 0, "icon-text-fit": "none",
    },
    paint: { "text-color": "#ffffff", "icon-opacity": faded(1), "text-opacity": faded(1) },
  }),
];

/** Give the map the pictures under the numbers of stops: round for pieces, square for where a crew begins, rests or ends. @param {any} map @param {string} colour */
export function lendImages(map, colour) {
  for (const round of [true, false]) {
    const name = imageOf(colour, round);
    if (map.hasImage(name)) continue;
    const size = 44;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    pen.beginPath();
    if (round) pen.arc(size / 2, size / 2, 18, 0, 2 * Math.PI);
    else pen.rect(5, 5, size - 10, size - 10);
    pen.fillStyle = colour;
    pen.fill();
    pen.lineWidth = 4;
    pen.strokeStyle = "#ffffff";
    pen.stroke();
    map.addImage(name, pen.getImageData(0, 0, size, size), { pixelRatio: 2 });
  }
}
