/** A small line over days: first and last day with their values, gaps where there is no number. */

import { h, svg } from "../page/dom.js";

const WIDTH = 240;
const HEIGHT = 84;
const EDGE = 6;

/**
 * @param {(number | null)[]} values one a day
 * @param {{ days: string[], say: (value: number | null) => string, label: string, least?: number, most?: number }} how
 */
export function chart(values, { days, say, label, least, most }) {
  const told = values.filter((value) => value !== null);
  const low = least ?? Math.min(...told, 0);
  const high = most ?? Math.max(...told, low + 1);
  const x = (at) => EDGE + (values.length < 2 ? 0 : (at / (values.length - 1)) * (WIDTH - 2 * EDGE));
  const y = (value) => HEIGHT - EDGE - ((value - low) / (high - low || 1)) * (HEIGHT - 2 * EDGE);
  const last = values.length - 1;
  const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "chart", role: "img", "aria-label": label, preserveAspectRatio: "none" },
    svg("path", { class: "axis", d: `M${EDGE} ${HEIGHT - EDGE} H${WIDTH - EDGE}` }),
    svg("path", { class: "line", d: pathOf(values, x, y) }));
  return h("figure", { class: "trend" }, drawing,
    h("figcaption", {}, h("span", {}, `${short(days[0])} ${say(values[0] ?? null)}`), h("span", {}, `${short(days[last])} ${say(values[last] ?? null)}`)));
}

/** The line, anew after each gap. */
export function pathOf(values, x, y) {
  let pen = "M";
  return values.map((value, at) => {
    if (value === null) { pen = "M"; return ""; }
    const step = `${pen}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = "L";
    return step;
  }).join("");
}

const short = (day) => (day ?? "").slice(5);
