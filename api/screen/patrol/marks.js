/** How crews are told apart: each by a colour and a shape of its own, never by red or amber, which say that something is wrong. */

import { svg } from "../page/dom.js";

/** At least 3:1 on the map's ground, and apart from each other. */
export const COLOURS = ["#1f6fb2", "#7a4fb0", "#1b7f6d", "#a83a86", "#6b6b12", "#7a5230", "#24408e", "#3f7d20", "#50626e", "#0a7d95"];
/** Paths within a square of 20. */
export const SHAPES = [
  "M10 2.5a7.5 7.5 0 1 0 .01 0z", "M3.5 3.5h13v13h-13z", "M10 2l8.5 15h-17z", "M10 1.5l8.5 8.5-8.5 8.5L1.5 10z",
  "M10 18L1.5 3h17z", "M6 2h8l5 8-5 8H6L1 10z", "M7 2h6v5h5v6h-5v5H7v-5H2V7h5z",
];

/** @typedef {{ key: string, name: string, colour: string, shape: number }} Mark */

/** Whose a patrol is: its crew, or the patrol itself where it names none. @param {{ crew: string | null, code: string }} patrol */
export const keyOf = ({ crew, code }) => crew ?? `#${code}`;

/**
 * The marks of everybody who went out. A registered crew has the same on every day and in every picture; who is not
 * registered follows those.
 * @param {{ crew: string | null, crew_name?: string | null, code: string }[]} patrols
 * @param {{ code: string, name: string }[]} crews   those registered
 * @returns {Map<string, Mark>}
 */
export function marksOf(patrols, crews) {
  const sorted = (keys) => [...keys].sort((one, other) => one.localeCompare(other));
  const known = sorted(crews.map(({ code }) => code));
  const names = new Map([...crews.map(({ code, name }) => [code, name]), ...patrols.map((patrol) => [keyOf(patrol), patrol.crew_name || null])].filter(([, name]) => name));
  const out = sorted(new Set(patrols.map(keyOf)));
  const order = [...known, ...out.filter((key) => !known.includes(key))];
  return new Map(out.map((key) => {
    const at = order.indexOf(key);
    // Once the colours are through, the shapes have moved on by one: no two are alike before 70.
    const shape = (at + Math.floor(at / COLOURS.length)) % SHAPES.length;
    return [key, { key, name: names.get(key) ?? key.replace(/^#/, ""), colour: COLOURS[at % COLOURS.length], shape }];
  }));
}

/** A mark as a picture in the page. @param {Mark} mark */
export const swatch = ({ colour, shape }) => (
  svg("svg", { viewBox: "0 0 20 20", width: 16, height: 16, "aria-hidden": "true", class: "mark" }, svg("path", { d: SHAPES[shape], fill: colour })));

/** The name under which the map knows a mark's picture. @param {Mark} mark @param {boolean} silent */
export const imageOf = ({ colour, shape }, silent) => `mark-${colour}-${shape}${silent ? "-silent" : ""}`;

/**
 * Give the map the picture of a mark, filled, or hollow where the crew is silent.
 * @param {any} map
 * @param {Mark} mark
 * @param {boolean} silent
 */
export function lendImage(map, mark, silent) {
  const name = imageOf(mark, silent);
  if (map.hasImage(name)) return;
  const size = 48;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.setTransform(2, 0, 0, 2, 4, 4);
  const path = new Path2D(SHAPES[mark.shape]);
  pen.lineJoin = "round";
  pen.strokeStyle = "#ffffff";
  pen.lineWidth = 4;
  pen.stroke(path);
  pen.fillStyle = silent ? "#ffffff" : mark.colour;
  pen.fill(path);
  if (silent) {
    pen.strokeStyle = mark.colour;
    pen.lineWidth = 2;
    pen.stroke(path);
  }
  map.addImage(name, pen.getImageData(0, 0, size, size), { pixelRatio: 2 });
}
