/** How solving goes, heard as it goes. */

import { Following } from "../page/following.js";
import { openProgress, readPlan } from "./asking.js";

/** What is under way. */
export const UNDER_WAY = new Set(["queued", "solving"]);

/**
 * @typedef {{ sure: number, nominal: number, possible: number }} Bounds
 * @typedef {object} Step   what is not known yet is not there
 * @property {string} stage   reading, solving, telling
 * @property {number} seconds
 * @property {number} [iterations]
 * @property {number | null} [of_seconds]
 * @property {number | null} [of_iterations]
 * @property {number} [pieces]
 * @property {number} [length_m]
 * @property {Bounds} [debt_after_m_days]
 * @property {Bounds} [debt_after_target_days]
 */

export class Solving extends Following {
  /**
   * @param {string} code
   * @param {() => void} told    there is another step, or the connection came or went
   * @param {(plan: any) => void} ended   the plan as it is now that it has come to an end
   */
  constructor(code, told, ended) {
    super({ open: (after) => openProgress(code, after), look: () => readPlan(code), underWay: ({ status }) => UNDER_WAY.has(status) }, told, ended);
  }
}
