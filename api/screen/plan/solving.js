/** How solving goes, heard as it goes: taken up again where the connection was lost, and asked for where no stream is to be had. */

import { openProgress, readPlan } from "./asking.js";

const PAUSES_MS = [500, 1000, 2000, 4000, 8000];
/** Without a sign of life for so long the plan itself is asked for. */
const SILENT_MS = 12_000;
const ENDS = ["done", "failed", "cancelled"];
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

export class Solving {
  /** @type {Step[]} what was told, oldest first */ steps = [];
  /** Whether the connection is lost just now. */ cut = false;
  #code;
  #told;
  #ended;
  /** @type {ReturnType<typeof openProgress> | null} */ #stream = null;
  #after = "";
  #timer = 0;
  #tries = 0;

  /**
   * @param {string} code
   * @param {() => void} told    there is another step, or the connection came or went
   * @param {(plan: any) => void} ended   the plan as it is now that it has come to an end
   */
  constructor(code, told, ended) {
    this.#code = code;
    this.#told = told;
    this.#ended = ended;
    this.#open();
  }

  close() {
    clearTimeout(this.#timer);
    this.#stream?.close();
    this.#stream = null;
    this.#code = "";
  }

  #open() {
    clearTimeout(this.#timer);
    this.#stream?.close();
    const stream = this.#stream = openProgress(this.#code, this.#after);
    const on = (name, act) => stream.addEventListener(name, (event) => {
      if (stream !== this.#stream) return;
      this.#after = /** @type {MessageEvent} */ (event).lastEventId || this.#after;
      this.#tries = 0;
      this.cut = false;
      this.#wait();
      act(JSON.parse(/** @type {MessageEvent} */ (event).data || "null"));
    });
    on("progress", (step) => { this.steps.push(step); this.#told(); });
    for (const end of ENDS) on(end, () => this.#look());
    stream.onerror = () => stream === this.#stream && this.#lost();
    this.#wait();
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#look(), SILENT_MS);
  }

  #lost() {
    this.#stream?.close();
    this.#stream = null;
    this.cut = this.#tries > 0;
    this.#told();
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#look(), PAUSES_MS[Math.min(this.#tries, PAUSES_MS.length - 1)]);
    this.#tries += 1;
  }

  /** What is the state of the plan? Where it is still under way, listen on. */
  async #look() {
    const code = this.#code;
    if (!code) return;
    try {
      const plan = await readPlan(code);
      if (code !== this.#code) return;
      if (!UNDER_WAY.has(plan.status)) {
        this.close();
        return this.#ended(plan);
      }
      if (!this.#stream) this.#open();
      else this.#wait();
    } catch {
      if (code === this.#code) this.#lost();
    }
  }
}
