/** The trip: the sheet as it was read, which day is shown, which stops are done, and where the phone is. */

import { day as dayOf, setClock } from "../page/time.js";
import { readSheet } from "./asking.js";
import { forgetSheet, keepMarks, keepSheet, keptSheet, marksOf } from "./kept.js";

/** @typedef {import("./asking.js").Stop} Stop */

const REFUSED = [403, 404, 410];

export class Trip {
  /** @type {import("./asking.js").Sheet | null} */ sheet = null;
  /** @type {import("../page/api.js").Problem | null} why there is no sheet */ problem = null;
  /** When it was read, by this phone's clock. */ read_ms = 0;
  /** Whether it could not be asked whether it still holds. */ unchecked = false;
  /** The revision that was shown before this one, while that is to be said. @type {number | null} */ before = null;
  /** @type {{ lon: number, lat: number, accuracy_m: number } | null} */ position = null;
  /** @type {string} */ day = "";
  /** @type {Set<string>} */ marks = new Set();
  #token;
  #asking = false;

  /** @param {string} token @param {string} day   that is to be shown, or "" for the one that is on */
  constructor(token, day) {
    this.#token = token;
    this.day = day;
  }

  get token() {
    return this.#token;
  }

  /** Ask for the sheet; where there is no network, what was read before stays. */
  async ask() {
    if (this.#asking) return;
    this.#asking = true;
    try {
      const sheet = await readSheet(this.#token);
      keepSheet(this.#token, sheet);
      setClock(sheet.timezone, sheet.now);
      this.#take(sheet, Date.now());
      this.unchecked = false;
    } catch (problem) {
      this.#miss(problem);
    } finally {
      this.#asking = false;
    }
  }

  /** The route of the day that is shown. */
  get route() {
    const routes = this.sheet?.routes ?? [];
    return routes.find(({ day }) => day === this.day) ?? routes[0] ?? null;
  }

  /** The stops between start and end. @returns {Stop[]} */
  get stops() {
    return (this.route?.stops ?? []).filter(({ kind }) => kind !== "start" && kind !== "end");
  }

  /** The first stop that is not done; null where all are. */
  get next() {
    return this.stops.find((stop) => !this.isDone(stop)) ?? null;
  }

  /** @param {Stop} stop */
  isDone = (stop) => this.marks.has(this.#keyOf(stop));

  /** @param {Stop} stop @param {boolean} done */
  mark(stop, done) {
    if (done) this.marks.add(this.#keyOf(stop));
    else this.marks.delete(this.#keyOf(stop));
    keepMarks(this.#crew(), this.marks);
  }

  #keyOf(stop) {
    return `${this.route.route}|${stop.piece ?? `${stop.kind} ${stop.from_at}`}`;
  }

  #crew() {
    return `${this.sheet.plan.code}|${this.sheet.crew.name}`;
  }

  #take(sheet, read_ms) {
    const before = this.sheet?.plan.revision;
    if (before !== undefined && before !== sheet.plan.revision) this.before = before;
    Object.assign(this, { sheet, read_ms, problem: null });
    this.marks = marksOf(this.#crew());
    if (!sheet.routes.some(({ day }) => day === this.day)) this.day = dayOn(sheet);
  }

  #miss(problem) {
    if (REFUSED.includes(problem.status)) {
      forgetSheet();
      Object.assign(this, { sheet: null, problem });
      return;
    }
    const kept = this.sheet ? null : keptSheet(this.#token);
    if (kept) this.#take(kept.sheet, kept.read_ms);
    this.unchecked = true;
    if (!this.sheet) this.problem = problem;
  }
}

/** The day of the sheet that is on: today's, else the next, else the last. @param {import("./asking.js").Sheet} sheet */
function dayOn(sheet) {
  const today = dayOf(Date.now());
  const days = sheet.routes.map(({ day }) => day).sort();
  return days.find((day) => day >= today) ?? days[days.length - 1];
}
