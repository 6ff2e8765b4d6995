/**
 * Where patrols went: the legs as the server writes them, unpacked; where a patrol was at a time; its trail up to it.
 * Between two fixes of a leg one goes straight and evenly; between legs nobody knows.
 *
 * @typedef {object} Leg   n fixes: Unix milliseconds, degrees
 * @property {Float64Array} t
 * @property {Float64Array} x
 * @property {Float64Array} y
 * @typedef {{ code: string, crew: string | null, crew_name?: string | null, post_code: string | null, post_name?: string | null, mode: string,
 *   started_at: string | null, ended_at: string | null, flags: number, erased: boolean, pending: boolean, legs: Leg[] } & Record<string, any>} Patrol
 * @typedef {{ state: "before" | "out" | "silent" | "back" | "unknown", at: [number, number] | null, since_ms: number }} Whereabouts
 */

const DEGREE = 1e6;

/** A column of differences as it was. @param {number[]} steps @param {number} parts */
export function unpacked(steps, parts) {
  const column = new Float64Array(steps.length);
  let sum = 0;
  for (let at = 0; at < steps.length; at += 1) {
    sum += steps[at];
    column[at] = sum / parts;
  }
  return column;
}

/** A patrol as the server tells it, with its legs unpacked. @param {any} told @returns {Patrol} */
export const patrolOf = (told) => ({
  ...told, legs: told.legs.map(({ t, x, y }) => ({ t: unpacked(t, 1), x: unpacked(x, DEGREE), y: unpacked(y, DEGREE) })),
});

/** The place of the last of some ascending times that is not after a time; -1 for none. @param {Float64Array} times @param {number} time */
export function lastUpTo(times, time) {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Where a leg is at a time within it. @param {Leg} leg @param {number} time @returns {[number, number]} */
function along({ t, x, y }, time) {
  const at = lastUpTo(t, time);
  if (at < 0) return [x[0], y[0]];
  if (at >= t.length - 1) return [x[t.length - 1], y[t.length - 1]];
  const share = (time - t[at]) / (t[at + 1] - t[at]);
  return [x[at] + share * (x[at + 1] - x[at]), y[at] + share * (y[at + 1] - y[at])];
}

const begun = ({ t }) => t[0];
const ended = ({ t }) => t[t.length - 1];

/**
 * Where a patrol is at a time: out and where; silent, and where it was heard of last; not yet out, or back.
 * @param {Patrol} patrol
 * @param {number} time
 * @returns {Whereabouts}
 */
export function whereabouts({ legs }, time) {
  if (!legs.length) return { state: "unknown", at: null, since_ms: 0 };
  if (time < begun(legs[0])) return { state: "before", at: null, since_ms: 0 };
  const nth = legs.reduce((found, leg, number) => (begun(leg) <= time ? number : found), 0);
  const leg = legs[nth];
  if (time <= ended(leg)) return { state: "out", at: along(leg, time), since_ms: 0 };
  const last = /** @type {[number, number]} */ ([leg.x[leg.x.length - 1], leg.y[leg.y.length - 1]]);
  return { state: nth === legs.length - 1 ? "back" : "silent", at: last, since_ms: time - ended(leg) };
}

/**
 * The pieces of a patrol's way between two times, a line for each leg: never one across a gap.
 * @param {Patrol} patrol
 * @param {number} from
 * @param {number} to
 * @returns {[number, number][][]}
 */
export function trail({ legs }, from, to) {
  /** @type {[number, number][][]} */
  const lines = [];
  for (const leg of legs) {
    const [low, high] = [Math.max(begun(leg), from), Math.min(ended(leg), to)];
    if (low > high) continue;
    /** @type {[number, number][]} */
    const line = [along(leg, low)];
    for (let at = lastUpTo(leg.t, low) + 1; at < leg.t.length && leg.t[at] < high; at += 1) line.push([leg.x[at], leg.y[at]]);
    line.push(along(leg, high));
    lines.push(line);
  }
  return lines;
}

/** The box that holds the ways of patrols; null where there are none. @param {Patrol[]} patrols @returns {[number, number, number, number] | null} */
export function boxOf(patrols) {
  const places = patrols.flatMap(({ legs }) => legs.flatMap(({ x, y }) => [...x].map((lon, at) => [lon, y[at]])));
  if (!places.length) return null;
  const side = (pick, of) => places.reduce((best, place) => pick(best, place[of]), places[0][of]);
  return [side(Math.min, 0), side(Math.min, 1), side(Math.max, 0), side(Math.max, 1)];
}

/** From when to when legs go at all, milliseconds; null where there are none. @param {Patrol[]} patrols @returns {[number, number] | null} */
export function extent(patrols) {
  const legs = patrols.flatMap((patrol) => patrol.legs);
  return legs.length ? [Math.min(...legs.map(begun)), Math.max(...legs.map(ended))] : null;
}

/** When somebody goes out next after a time at which nobody is; null where somebody is, or nobody will. @param {Patrol[]} patrols @param {number} time */
export function nextOut(patrols, time) {
  let next = Infinity;
  for (const { legs } of patrols) {
    if (!legs.length) continue;
    const [first, last] = [begun(legs[0]), ended(legs[legs.length - 1])];
    // Silent is out: a gap in the middle of a patrol is part of what is to be seen.
    if (first <= time && time <= last) return null;
    if (first > time) next = Math.min(next, first);
  }
  return Number.isFinite(next) ? next : null;
}
