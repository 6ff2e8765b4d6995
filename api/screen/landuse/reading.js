/** What was read of the outline that is given: asked for as it is given, shown before anything is checked. */

import { announce } from "../page/dom.js";
import { sentence, t } from "../page/text.js";
import { readOutline } from "./asking.js";
import { areaInWords } from "./area.js";

/** Who types is let finish. */
const PAUSE_MS = 500;
const NAMED_ROW = /第\s*(\d+)\s*行/;

/** @typedef {{ crs: string, axes?: string, near?: boolean, name: string, why: string, centre: [number, number], area: import("./area.js").Area, geometry?: any }} Candidate */

export class Reading {
  /** @type {any} what was read; null while it is not known */ read = null;
  /** @type {any} why it could not be read */ problem = null;
  /** @type {Candidate[]} in which CRS it might be, where that has to be asked */ candidates = [];
  /** @type {string[]} the layers of the file, where one of them has to be chosen */ layers = [];
  busy = false;
  #order;
  #timer = 0;
  /** @type {AbortController | null} */ #asking = null;
  /** @type {(() => void)[]} */ #hearers = [];

  /** @param {import("./order.js").Order} order */
  constructor(order) {
    this.#order = order;
  }

  /** @param {() => void} hearer called after every change */
  hear(hearer) { this.#hearers.push(hearer); }

  /** Another outline is given. @param {{ pause?: boolean }} [how]   pause: it may go on being typed */
  renew({ pause = false } = {}) {
    this.candidates = [];
    if (!this.#order.layer_name) this.layers = [];
    this.again({ pause });
  }

  /** Read it once more, in the CRS that is said now. @param {{ pause?: boolean }} [how] */
  again({ pause = false } = {}) {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#asking = null;
    Object.assign(this, { problem: null, busy: this.#order.given });
    if (!this.busy) this.read = null;
    else this.#timer = window.setTimeout(() => this.#ask(), pause ? PAUSE_MS : 0);
    this.#tell();
  }

  /** The row of the text that is at fault, from 1; 0 where none is named. */
  get row() {
    if (!this.problem || this.#order.source !== "text") return 0;
    return Number(this.problem.said?.row ?? NAMED_ROW.exec(this.problem.detail)?.[1] ?? 0);
  }

  async #ask() {
    const asking = this.#asking = new AbortController();
    const done = (told) => asking === this.#asking && (Object.assign(this, { read: null, problem: null, busy: false, ...told }), this.#asking = null, this.#tell(), true);
    try {
      const read = await readOutline(this.#order, asking.signal);
      if (done({ read })) announce(t("read.said", { area: areaInWords(read.outline.area), n: read.outline.vertices }));
    } catch (problem) {
      const { said } = /** @type {any} */ (problem);
      const { candidates = this.#order.crs ? this.candidates : [], layers = this.#order.layer_name ? this.layers : [] } = said ?? {};
      if (done({ candidates, layers, problem })) announce(candidates.length ? t("read.ask") : sentence(/** @type {any} */ (problem)));
    }
  }

  #tell() {
    for (const hearer of this.#hearers) hearer();
  }
}
