/** The picture of chainage against time: a month of who saw which metre of one line, time downward. */

import { t } from "../page/text.js";
import { minute } from "../page/time.js";

const LEFT = 58;
const TOP = 40;
const RIGHT = 10;
const BOTTOM = 8;
const LEAST_PX = 3;
const DAY_MS = 86_400_000;
const NIGHT_H = [18, 6];
export const SURENESS = { possible: "#bcd9ea", nominal: "#4f93b8", sure: "#12496b" };
const NO_CREW = "#50626e";

/** @typedef {{ length_m: number, span: [number, number], width: number, height: number }} Frame */

/** Where a metre and a time are in the picture, and back. @param {Frame} frame */
export function scales({ length_m, span: [from, to], width, height }) {
  const [across, down] = [width - LEFT - RIGHT, height - TOP - BOTTOM];
  return {
    x: (metres) => LEFT + (across * metres) / length_m,
    y: (time) => TOP + (down * (time - from)) / (to - from),
    metres: (x) => Math.min(Math.max(((x - LEFT) / across) * length_m, 0), length_m),
    time: (y) => Math.min(Math.max(from + ((y - TOP) / down) * (to - from), from), to),
    ms: (pixels) => (pixels / down) * (to - from),
  };
}

/**
 * Draw it.
 * @param {CanvasRenderingContext2D} pen
 * @param {Frame} frame
 * @param {{ sightings: import("./sightings.js").Sighting[], marks: Map<string, any>, reaches: any[], by: "sure" | "crew" }} what
 */
export function drawPicture(pen, frame, { sightings, marks, reaches, by }) {
  const { x, y } = scales(frame);
  const { width, height, length_m, span: [from, to] } = frame;
  pen.clearRect(0, 0, width, height);
  pen.fillStyle = "#ffffff";
  pen.fillRect(LEFT, TOP, width - LEFT - RIGHT, height - TOP - BOTTOM);
  nights(pen, frame, y);
  for (const one of sightings) {
    const look = lookOf(one, marks, by);
    if (!look) continue;
    pen.globalAlpha = look.alpha;
    pen.fillStyle = look.colour;
    const [left, top] = [x(one.from_m), Math.round(y(one.first))];
    pen.fillRect(left, top, Math.max(x(one.to_m) - left, 1), Math.max(Math.round(y(one.last)) - top, LEAST_PX));
  }
  pen.globalAlpha = 1;
  held(pen, frame, reaches, x);
  days(pen, frame, y);
  chainages(pen, length_m, x, height);
  pen.strokeStyle = "#8797a1";
  pen.strokeRect(LEFT, TOP, x(length_m) - LEFT, y(to) - y(from));
}

/** By how sure it is, darker is surer; by crew, what is only possible is pale. */
function lookOf({ bound, crew }, marks, by) {
  if (by === "sure") return { colour: SURENESS[bound], alpha: 1 };
  const colour = marks.get(crew)?.colour ?? NO_CREW;
  return { colour, alpha: { possible: 0.25, nominal: 0.65, sure: 1 }[bound] };
}

function nights(pen, { span: [from, to], width }, y) {
  pen.fillStyle = "#e3e8ee";
  for (let midnight = from; midnight < to; midnight += DAY_MS) {
    for (const [low, high] of [[0, NIGHT_H[1]], [NIGHT_H[0], 24]]) {
      // To whole pixels: where a day is a few of them, half-covered ones would make every night another grey.
      const top = Math.round(y(midnight + low * 3_600_000));
      pen.fillRect(LEFT, top, width - LEFT - RIGHT, Math.max(Math.round(y(Math.min(midnight + high * 3_600_000, to))) - top, 1));
    }
  }
}

function days(pen, { span: [from, to], width }, y) {
  const tall = y(from + DAY_MS) - y(from);
  const every = Math.max(1, Math.ceil(16 / tall));
  pen.font = "12px sans-serif";
  pen.textBaseline = "middle";
  pen.textAlign = "right";
  for (let at = 0, midnight = from; midnight < to; at += 1, midnight += DAY_MS) {
    pen.fillStyle = "#c7d0d6";
    pen.fillRect(LEFT, y(midnight), width - LEFT - RIGHT, 0.5);
    pen.fillStyle = "#1b2831";
    if (at % every === 0) pen.fillText(minute(midnight).slice(5, 10), LEFT - 8, y(midnight + DAY_MS / 2));
  }
}

function chainages(pen, length_m, x, height) {
  const step = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000].find((one) => (x(one) - x(0)) >= 64) ?? 50_000;
  pen.textAlign = "center";
  for (let metres = 0; metres <= length_m; metres += step) {
    pen.fillStyle = "#8797a1";
    pen.fillRect(x(metres) - 0.5, TOP - 5, 1, 5);
    pen.fillStyle = "#1b2831";
    pen.fillText(metres ? t("diagram.km", { n: metres / 1000 }) : "0", Math.max(x(metres), LEFT + 4), TOP - 13);
  }
  pen.fillStyle = "#c7d0d6";
  pen.fillRect(LEFT, height - BOTTOM, x(length_m) - LEFT, 0.5);
}

/** Whose the metres are: a band of reaches on top, and a line down where one ends; what is nobody's is hatched. */
function held(pen, { height, length_m }, reaches, x) {
  pen.font = "12px sans-serif";
  pen.textBaseline = "middle";
  reaches.forEach(({ name, from_cm, to_cm }, at) => {
    const [left, right] = [x(from_cm / 100), x(Math.min(to_cm / 100, length_m))];
    pen.fillStyle = at % 2 ? "#d5e4ea" : "#e9f1f4";
    pen.fillRect(left, 2, right - left, 18);
    pen.fillStyle = "#55646e";
    for (const edge of [left, right]) for (let y = TOP; y < height - BOTTOM; y += 7) pen.fillRect(edge - 0.5, y, 1, 3);
    pen.fillStyle = "#1b2831";
    pen.textAlign = "center";
    if (pen.measureText(name).width < right - left - 4) pen.fillText(name, (left + right) / 2, 11);
  });
}

/**
 * Draw what is pointed at, and the time that is played.
 * @param {CanvasRenderingContext2D} pen
 * @param {Frame} frame
 * @param {{ cursor: { metres: number, time: number } | null, time: number }} what
 */
export function drawPointer(pen, frame, { cursor, time }) {
  const { x, y } = scales(frame);
  const { width, height, span: [from, to] } = frame;
  pen.clearRect(0, 0, width, height);
  if (time >= from && time <= to) {
    pen.fillStyle = "#0b63ce";
    pen.fillRect(LEFT - 6, y(time) - 1, width - LEFT - RIGHT + 6, 2);
  }
  if (!cursor) return;
  pen.fillStyle = "#10243a";
  pen.fillRect(x(cursor.metres) - 0.5, TOP, 1, height - TOP - BOTTOM);
  pen.fillRect(LEFT, y(cursor.time) - 0.5, width - LEFT - RIGHT, 1);
}
