/** How crews are told apart: by a colour, a number and a pattern within the line; never red or amber, which say that something is wrong. */

import { svg } from "../page/dom.js";

/** At least 3:1 on the map's ground and on paper, and white upon them at least 4.5:1. */
const COLOURS = ["#1f6fb2", "#7a4fb0", "#1b7f6d", "#a83a86", "#6b6b12", "#7a5230", "#24408e", "#35721a", "#50626e", "#08728a"];
/** What is drawn in white along the middle of the line, as dashes of its width; null for nothing. */
export const PATTERNS = [null, [1, 0], [3, 3], [0.2, 2.2]];

/** @typedef {{ number: number, colour: string, pattern: number }} Mark */

/** The mark of the so-manieth crew: no two are alike before 40. @param {number} place @returns {Mark} */
export function markOf(place) {
  const at = Math.max(0, place);
  return { number: at + 1, colour: COLOURS[at % COLOURS.length], pattern: (at + Math.floor(at / COLOURS.length)) % PATTERNS.length };
}

/** A mark as a picture in the page: the number, over a piece of its line. @param {Mark} mark */
export function swatch({ number, colour, pattern }) {
  const dashes = PATTERNS[pattern];
  return svg("svg", { viewBox: "0 0 24 24", width: 24, height: 24, class: "mark", "aria-hidden": "true" },
    svg("rect", { x: 3, y: 0, width: 18, height: 15, rx: 3, fill: colour }),
    svg("text", { x: 12, y: 11.5, fill: "#ffffff", "font-size": 11, "font-weight": 700, "text-anchor": "middle" }, String(number)),
    svg("path", { d: "M0 20h24", stroke: colour, "stroke-width": 6 }),
    dashes && svg("path", { d: "M0 20h24", stroke: "#ffffff", "stroke-width": 2, "stroke-dasharray": pattern === 1 ? null : dashes.map((one) => one * 2).join(" ") }));
}
