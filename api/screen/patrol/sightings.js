/**
 * Who saw which metres of one line when: read at three bounds, and asked about a place.
 *
 * @typedef {object} Sighting
 * @property {number} from_m
 * @property {number} to_m
 * @property {number} first   Unix milliseconds
 * @property {number} last
 * @property {"sure" | "nominal" | "possible"} bound
 * @property {string | null} patrol   null where the reader is not told
 * @property {string} mode
 * @property {boolean} carried
 * @property {string | null} crew    the key of its mark
 */

import { readPatrols, readTimeline } from "./asking.js";
import { keyOf, marksOf } from "./marks.js";

export const BOUNDS = /** @type {("possible" | "nominal" | "sure")[]} */ (["possible", "nominal", "sure"]);
const DAY_MS = 86_400_000;

/**
 * The sightings of a line in a period, and the patrols that are named in them.
 * @param {{ layer: string, code: string }} line
 * @param {{ from: string, to: string }} period
 * @param {{ code: string, name: string }[]} registered   crews
 */
export async function readSightings(line, period, registered) {
  const [told, ...bounds] = await Promise.all([
    // Who may not see patrols reads what was seen, by days.
    readPatrols(period).catch(() => ({ patrols: [] })), ...BOUNDS.map((bound) => readTimeline(line, period, bound)),
  ]);
  const patrols = new Map(told.patrols.map((patrol) => [patrol.code, patrol]));
  const offset = bounds[0].from.slice(19);
  const named = (patrol) => (patrols.has(patrol) ? keyOf(patrols.get(patrol)) : patrol ? `#${patrol}` : null);
  const sightings = bounds.flatMap(({ sightings: own }, at) => own.map((one) => ({
    from_m: one.from_m, to_m: one.to_m, bound: BOUNDS[at], patrol: one.patrol ?? null, mode: one.mode, carried: one.carried, crew: named(one.patrol),
    first: instant(one.first_seen, offset, 0), last: instant(one.last_seen, offset, DAY_MS),
  })));
  const { length_m, name, reach_m, known_at, from, to } = bounds[0];
  const span = /** @type {[number, number]} */ ([Date.parse(from), Date.parse(to)]);
  const crews = new Set(sightings.map(({ crew }) => crew));
  const marks = marksOf([...patrols.values()].filter((one) => crews.has(keyOf(one))), registered);
  return { sightings, patrols, marks, length_m, name, reach_m, known_at, span, days: bounds[0].outside_duty_left_out };
}

/** A time, or of a day its beginning or end. */
const instant = (told, offset, later) => (told.length === 10 ? Date.parse(`${told}T00:00:00${offset}`) + later : Date.parse(told));

const RANK = { sure: 2, nominal: 1, possible: 0 };

/**
 * The sighting of a place at a time, give or take: the nearest, and of those the surest.
 * @param {Sighting[]} sightings
 * @param {number} metres
 * @param {number} time
 * @param {number} within_ms
 * @returns {Sighting | null}
 */
export function seenAt(sightings, metres, time, within_ms) {
  let best = /** @type {Sighting | null} */ (null);
  let least = within_ms;
  for (const one of sightings) {
    if (metres < one.from_m || metres > one.to_m) continue;
    const off = Math.max(one.first - time, time - one.last, 0);
    if (off < least || (off === least && (!best || RANK[one.bound] > RANK[best.bound]))) [best, least] = [one, off];
  }
  return best;
}

/**
 * The sighting of a place next before a time, or next after it; null for none.
 * @param {Sighting[]} sightings
 * @param {number} metres
 * @param {number} time
 * @param {1 | -1} way
 */
export function nextSeen(sightings, metres, time, way) {
  const own = sightings.filter((one) => one.bound === "nominal" && metres >= one.from_m && metres <= one.to_m && (one.first - time) * way > 0);
  return own.reduce((/** @type {Sighting | null} */ best, one) => (!best || (one.first - best.first) * way < 0 ? one : best), null);
}

/** What each patrol saw of the line, in order of time: from, to, metres nominally and surely. @param {Sighting[]} sightings */
export function byPatrol(sightings) {
  /** @type {Map<string, { one: Sighting, from_m: number, to_m: number, first: number, last: number, spans: Record<string, [number, number][]> }>} */
  const found = new Map();
  for (const one of sightings) {
    const key = one.patrol ?? `${one.first}/${one.mode}`;
    const row = found.get(key) ?? { one, from_m: Infinity, to_m: -Infinity, first: Infinity, last: -Infinity, spans: { sure: [], nominal: [], possible: [] } };
    row.spans[one.bound].push([one.from_m, one.to_m]);
    Object.assign(row, {
      from_m: Math.min(row.from_m, one.from_m), to_m: Math.max(row.to_m, one.to_m), first: Math.min(row.first, one.first), last: Math.max(row.last, one.last),
    });
    found.set(key, row);
  }
  return [...found.values()].sort((one, other) => one.first - other.first).map((row) => ({ ...row, seen_m: union(row.spans.nominal), sure_m: union(row.spans.sure) }));
}

/** How long some ranges are together, each metre once. @param {[number, number][]} spans */
function union(spans) {
  let [sum, reached] = [0, -Infinity];
  for (const [from, to] of [...spans].sort((one, other) => one[0] - other[0])) {
    sum += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return sum;
}
