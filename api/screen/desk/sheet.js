/**
 * The printed sheet as one drawing in millimetres: the page prints it, and the same drawing becomes a PNG.
 *
 * @typedef {object} Told  what stands on it, in words
 * @property {string} title
 * @property {string} banner     "" where the data are real
 * @property {string[]} notes    what is filtered, which time is shown
 * @property {string[]} foot     as of when, printed when and by whom, sources
 * @property {{ title: string, entries: import("../layers/legend.js").Entry[] }[]} legend  top first
 * @property {{ scale: string, north: string, legend: string }} words
 */

import { drawSwatch } from "../layers/swatch.js";
import { svg } from "../page/dom.js";
import { barLength, sizeOf } from "./paper.js";

const MARGIN = 9;
const LEGEND = 50;
const GAP = 4;
const TITLE = 13;
const INK = "#1b2831";
const SOFT = "#55646e";
const FACE = "Microsoft YaHei, PingFang SC, Noto Sans CJK SC, WenQuanYi Micro Hei, sans-serif";
const LINE = 4.2;
/** A swatch is drawn in pixels of the page. */
const SWATCH = { width: 26, height: 16, mm: 6.2 };

/**
 * Where the map is on the sheet, in millimetres.
 * @param {import("./paper.js").Format} format
 * @param {number} lines of the foot
 */
export function frameOf(format, lines) {
  const [width, height] = sizeOf(format);
  const top = MARGIN + TITLE;
  return { x: MARGIN, y: top, width: width - 2 * MARGIN - LEGEND - GAP, height: height - top - MARGIN - lines * LINE - 2 };
}

/** The lines of the foot, as wide as the sheet. @param {import("./paper.js").Format} format @param {Told} told */
export const footOf = (format, told) => told.foot.flatMap((line) => wrapped(line, sizeOf(format)[0] - 2 * MARGIN, 2.9));

/**
 * @param {import("./paper.js").Format} format
 * @param {Told} told
 * @param {{ image: string, n: number }} map  the picture, and the n of 1:n at which it is printed
 * @returns {SVGElement}
 */
export function sheetOf(format, told, { image, n }) {
  const [width, height] = sizeOf(format);
  const foot = footOf(format, told);
  const frame = frameOf(format, foot.length);
  return svg("svg", {
    xmlns: "http://www.w3.org/2000/svg", class: "sheet", width: `${width}mm`, height: `${height}mm`, viewBox: `0 0 ${width} ${height}`,
    "font-family": FACE, fill: INK, role: "img", "aria-label": told.title,
  },
  svg("rect", { width, height, fill: "#ffffff" }),
  heading(told, width),
  image && svg("image", { href: image, x: frame.x, y: frame.y, width: frame.width, height: frame.height, preserveAspectRatio: "none" }),
  svg("rect", { ...frame, fill: "none", stroke: INK, "stroke-width": 0.35 }),
  north(told, frame), scaleBar(told, frame, n), legend(told, frame, width - MARGIN - LEGEND),
  foot.map((line, at) => words(line, frame.x, frame.y + frame.height + 4.6 + at * LINE, 2.9, SOFT)));
}

function heading({ title, banner, notes }, width) {
  const size = Math.min(7, (width - 2 * MARGIN - 50) / Math.max(ems(title), 1));
  return svg("g", {}, words(title, MARGIN, MARGIN + 5.6, size, INK, { "font-weight": 600, class: "sheet-title" }),
    banner && svg("g", {}, svg("rect", { x: width - MARGIN - ems(banner) * 3.4 - 4, y: MARGIN, width: ems(banner) * 3.4 + 4, height: 6.4, rx: 1, fill: "none", stroke: INK, "stroke-width": 0.4 }),
      words(banner, width - MARGIN - ems(banner) * 3.4 - 2, MARGIN + 4.6, 3.4, INK, { "font-weight": 600 })),
    notes.length > 0 && words(shortened(notes.join(";"), width - 2 * MARGIN, 3), MARGIN, MARGIN + 10.8, 3, SOFT));
}

function north({ words: { north: label } }, { x, y, width }) {
  const at = x + width - 9;
  return svg("g", {}, svg("rect", { x: at - 4, y: y + 3, width: 8, height: 13, rx: 1, fill: "#ffffff", "fill-opacity": 0.85 }),
    svg("path", { d: `M${at} ${y + 8}l-2.4 7 2.4 -1.6 2.4 1.6z`, fill: INK }), words(label, at, y + 7, 3, INK, { "text-anchor": "middle" }));
}

/** The bar is as long as it says, on paper: its ends are whole millimetres of the drawing. */
function scaleBar({ words: { scale } }, { x, y, height }, n) {
  const metres = barLength(n, 45);
  const long = (metres * 1000) / n;
  const [left, low] = [x + 5, y + height - 6];
  const text = (share) => (metres >= 1000 ? `${(metres * share) / 1000}` : `${metres * share}`);
  return svg("g", { class: "scale-bar", "data-metres": metres, "data-mm": long },
    svg("rect", { x: x + 2, y: low - 9.5, width: Math.max(long + 16, ems(scale) * 3 + 6), height: 13.5, rx: 1, fill: "#ffffff", "fill-opacity": 0.85 }),
    words(scale, left, low - 5.4, 3),
    svg("rect", { x: left, y: low, width: long / 2, height: 1.6, fill: INK, stroke: INK, "stroke-width": 0.2 }),
    svg("rect", { x: left + long / 2, y: low, width: long / 2, height: 1.6, fill: "#ffffff", stroke: INK, "stroke-width": 0.2 }),
    [0, 0.5, 1].map((share) => words(`${text(share)}${share === 1 ? (metres >= 1000 ? " km" : " m") : ""}`, left + long * share, low - 1, 2.5, INK, { "text-anchor": share === 1 ? "start" : "middle", ...(share === 1 && { x: left + long - 1.5 }) })));
}

/** As large as fits beside the map; what still does not fit is counted. */
function legend({ legend: layers, words: { legend: title } }, { y, height }, x) {
  const rows = layers.flatMap(({ title: name, entries }) => (
    entries.length === 1 && entries[0].label === name ? [{ swatch: entries[0].swatch, label: name, head: true }]
      : [{ label: name, head: true }, ...entries.map(({ label, swatch }) => ({ swatch, label, head: false }))]));
  const unit = Math.min(4.6, (height - 8) / Math.max(rows.length, 1));
  const most = unit < 2.4 ? Math.floor((height - 8) / 2.4) - 1 : rows.length;
  const step = Math.max(unit, 2.4);
  const size = Math.min(3, step * 0.68);
  return svg("g", { class: "sheet-legend" }, words(title, x, y + 4, 3.8, INK, { "font-weight": 600 }),
    rows.slice(0, most).map((row, at) => {
      const line = y + 9 + at * step;
      const indent = row.swatch ? SWATCH.mm * Math.min(1, step / 4.6) + 1.6 : 0;
      return svg("g", {}, row.swatch && placed(row.swatch, x, line - size * 0.36, Math.min(1, step / 4.6)),
        words(shortened(row.label, LEGEND - indent, size), x + indent, line, size, INK, row.head ? { "font-weight": 600 } : {}));
    }),
    most < rows.length && words(`… +${rows.length - most}`, x, y + 9 + most * step, size, SOFT));
}

function placed(swatch, x, middle, share) {
  const drawn = drawSwatch(swatch);
  const scale = (SWATCH.mm / SWATCH.width) * share;
  drawn.setAttribute("x", String(x));
  drawn.setAttribute("y", String(middle - (SWATCH.height * scale) / 2));
  drawn.setAttribute("width", String(SWATCH.width * scale));
  drawn.setAttribute("height", String(SWATCH.height * scale));
  drawn.querySelector(".swatch-ground")?.setAttribute("fill", "#e6e8e5");
  return drawn;
}

function words(text, x, y, size, fill = INK, more = {}) {
  return svg("text", { x, y, "font-size": size, fill, ...more }, text);
}

/** About how wide a text is, in its own size: Chinese is as wide as it is high. @param {string} text */
export const ems = (text) => [...text].reduce((sum, one) => sum + (one.charCodeAt(0) > 0x2e80 ? 1 : /[A-Z%@]/.test(one) ? 0.68 : 0.54), 0);

/** A text in lines no wider than that. @param {string} text @param {number} width @param {number} size */
export function wrapped(text, width, size) {
  const lines = [""];
  for (const one of text) {
    if (ems(lines[lines.length - 1] + one) * size > width) lines.push("");
    lines[lines.length - 1] += one;
  }
  return lines;
}

function shortened(text, width, size) {
  const [line, ...more] = wrapped(text, width, size);
  return more.length ? `${line.slice(0, -1)}…` : line;
}
