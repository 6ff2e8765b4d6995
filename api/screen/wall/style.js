/** How the wall's map is drawn: the tiles of every page, by the wall's own colours and sizes. */

import { PALETTE } from "./palette.js";

const FACES = ["Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "sans-serif"];
/** The layers that the wall draws, ground first. */
export const DRAWN = ["water", "road", "grid"];
/** Days overdue at which the colour is the next. */
export const STEPS = [7, 30];

/**
 * The rules of a layer.
 * @param {string} layer
 * @param {import("./palette.js").Theme} theme
 * @param {number} k how much larger than at 1920 × 1080
 */
export const wallStyle = (layer, theme, k) => ({ water, grid, road })[layer](PALETTE[theme], k);

const water = (p, k) => [
  { id: "area", type: "fill", filter: isArea, paint: { "fill-color": p.water } },
  { id: "edge", type: "line", filter: isArea, paint: { "line-color": p.edge, "line-width": 1.5 * k } },
  { id: "river", type: "line", filter: isLine, layout: round, paint: { "line-color": p.edge, "line-width": 3.5 * k } },
];

const grid = (p, k) => [
  { id: "community", type: "line", filter: communities, paint: { "line-color": p.community, "line-width": 1.2 * k, "line-dasharray": [4, 2] } },
  { id: "street", type: "line", filter: ["==", ["get", "level"], "street"], paint: { "line-color": p.street, "line-width": 2.5 * k } },
  { ...named("community-name", "grid_label", ["coalesce", ["get", "name"], ["get", "code"]], 19 * k, p.label, p, {
    "text-variable-anchor-offset": AROUND, "text-padding": 0,
  }), filter: communities },
];

const road = (p, k) => [
  { id: "line", type: "line", layout: round, paint: { "line-color": p.road, "line-width": ["interpolate", ["exponential", 1.5], ["zoom"], 9, 0.7 * k, 14, 2.2 * k] } },
  named("name", "road", ["get", "name"], 16 * k, p.road, p, { "symbol-placement": "line", "symbol-spacing": 700 * k }),
];

/**
 * The names of the waters, which give way to nothing.
 * @param {import("./palette.js").Theme} theme
 * @param {number} k
 */
export const waterNames = (theme, k) => ({
  ...named("water-name", undefined, ["get", "name"], 26 * k, PALETTE[theme].waterlabel, PALETTE[theme], { "text-letter-spacing": 0.15, "text-allow-overlap": true }),
  source: "water-names",
});

/**
 * The rules of what is overdue; it glows: a blurred band of the line's own colour lies under it. Nothing of it moves.
 * @param {import("./palette.js").Theme} theme
 * @param {number} k
 */
export function debtRules(theme, k) {
  const p = PALETTE[theme];
  const colour = ["case", ["get", "never_seen"], p.never, ["step", ["get", "overdue_days"], p.soon, STEPS[0], p.late, STEPS[1], p.old]];
  return [
    { id: "debt-area", type: "fill", source: "debt", filter: isArea, paint: { "fill-color": colour, "fill-opacity": 0.12 } },
    { id: "debt-glow", type: "line", source: "debt", filter: isLine, layout: round,
      paint: { "line-color": colour, "line-width": 13 * k, "line-blur": 10 * k, "line-opacity": theme === "dark" ? 0.75 : 0.45 } },
    { id: "debt-line", type: "line", source: "debt", filter: ["all", isLine, ["!", ["get", "never_seen"]]], layout: round, paint: { "line-color": colour, "line-width": 3.2 * k } },
    { id: "debt-never", type: "line", source: "debt", filter: ["all", isLine, ["get", "never_seen"]], paint: { "line-color": colour, "line-width": 4 * k, "line-dasharray": [2, 0.8] } },
    { id: "debt-point", type: "circle", source: "debt", filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-color": colour, "circle-radius": 4 * k, "circle-stroke-color": p.ground, "circle-stroke-width": 1.5 * k } },
  ];
}

/** Where a community may be named where its own place is taken: farther and farther from it, in widths of a letter. */
const AROUND = [[0, 0], [0, 1.2], [0, -1.2], [1.5, 0], [-1.5, 0], [0, 2.8], [0, -2.8], [4, 0], [-4, 0]].flatMap(([x, y]) => (
  [x > 0 ? "left" : x < 0 ? "right" : y > 0 ? "top" : y < 0 ? "bottom" : "center", [x, y]]));
const isArea = ["==", ["geometry-type"], "Polygon"];
const isLine = ["==", ["geometry-type"], "LineString"];
const communities = ["in", ["get", "level"], ["literal", ["community", "village"]]];
const round = { "line-cap": "round", "line-join": "round" };

const named = (id, source, text, size, colour, p, layout = {}) => ({
  id, type: "symbol", ...(source ? { "source-layer": source } : {}),
  layout: { "text-field": text, "text-font": FACES, "text-size": size, "text-max-width": 7, ...layout },
  paint: { "text-color": colour, "text-halo-color": p.ground, "text-halo-width": size / 9 },
});
