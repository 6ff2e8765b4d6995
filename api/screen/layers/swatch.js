/** A legend entry's picture: a patch, a stroke or a dot, as the map draws it. */

import { svg } from "../page/dom.js";

const WIDTH = 26;
const HEIGHT = 16;

/** @param {import("./legend.js").Swatch} swatch @returns {SVGElement} */
export function drawSwatch(swatch) {
  const marks = { fill: patch, line: stroke, circle: dot };
  const frame = { class: "swatch", width: WIDTH, height: HEIGHT, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" };
  return svg("svg", { ...frame, "data-colour": swatch.colour }, swatch.type === "fill" ? null : ground(), marks[swatch.type](swatch));
}

/** What a stroke or a dot lies on: a white road would not be seen on white paper. */
function ground() {
  return svg("rect", { class: "swatch-ground", width: WIDTH, height: HEIGHT, rx: 2 });
}

function patch({ colour, opacity, outline }) {
  return svg("rect", { x: 1, y: 1, width: WIDTH - 2, height: HEIGHT - 2, rx: 2, fill: colour, "fill-opacity": opacity, stroke: outline || "none" });
}

function stroke({ colour, opacity, width, dash }) {
  const thick = Math.max(1.5, Math.min(width, 7));
  const pattern = dash ? dash.map((part) => part * thick).join(" ") : null;
  return svg("path", { d: `M1 ${HEIGHT / 2}H${WIDTH - 1}`, stroke: colour, "stroke-opacity": opacity, "stroke-width": thick, "stroke-dasharray": pattern });
}

function dot({ colour, opacity, width, outline, radius }) {
  const r = Math.max(3, Math.min(radius, 7 - width / 2));
  const edge = outline ? { stroke: outline, "stroke-width": width } : {};
  return svg("circle", { cx: WIDTH / 2, cy: HEIGHT / 2, r, fill: colour, "fill-opacity": opacity, ...edge });
}
