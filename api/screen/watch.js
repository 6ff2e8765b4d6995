/**
 * The catalogue, asked for again every minute; what came last and when it was last confirmed.
 *
 * @typedef {import("./api.js").Catalogue} Catalogue
 * @typedef {{ date_ms: number, steady_ms: number }} Mark
 */

import { Problem, readLayers } from "./api.js";
import { mark, now_ms, setClock, since_ms } from "./time.js";

const EVERY_MS = 60_000;
/** Unconfirmed for this long is stale, whatever the reason: a computer that slept, a request still under way. */
const STALE_MS = 90_000;

export class Watch {
  /** @type {Catalogue | null} */ catalogue = null;
  /** @type {Problem | null} why the last attempt failed */ problem = null;
  /** @type {Mark | null} when the catalogue was last confirmed */ checked = null;
  /** The server's time of that confirmation, milliseconds. */ checked_ms = 0;
  #asking = false;
  #timer = 0;
  #listener;

  /** @param {() => void} listener called after every attempt */
  constructor(listener) {
    this.#listener = listener;
  }

  /** Ask now, and every minute from now; at once when a sleeping tab wakes. */
  start() {
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.ask());
    window.addEventListener("online", () => this.ask());
    return this.ask();
  }

  /** Ask for the catalogue now. */
  async ask() {
    if (this.#asking) return;
    this.#asking = true;
    clearTimeout(this.#timer);
    try {
      const catalogue = await readLayers();
      setClock(catalogue.deployment.timezone, catalogue.now);
      Object.assign(this, { catalogue, problem: null, checked: mark(), checked_ms: now_ms() });
    } catch (error) {
      this.problem = error instanceof Problem ? error : new Problem(0, "");
      if (this.problem.status === 401) this.catalogue = null;
    }
    this.#asking = false;
    this.#timer = window.setTimeout(() => this.ask(), EVERY_MS);
    this.#listener();
  }

  /** Whether what is shown may be old: in words, not in a light. */
  get stale() {
    return this.checked !== null && (this.problem !== null || since_ms(this.checked) > STALE_MS);
  }

  /** How long ago the catalogue was confirmed, milliseconds. */
  get age_ms() {
    return this.checked ? since_ms(this.checked) : 0;
  }

  /** The layers, ground first; none while nothing has come. */
  get layers() {
    return [...(this.catalogue?.layers ?? [])].sort((one, other) => one.order - other.order || one.id.localeCompare(other.id));
  }

  /** @param {string} id */
  layer(id) {
    return this.catalogue?.layers.find((layer) => layer.id === id);
  }
}
