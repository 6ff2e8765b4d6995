/**
 * The catalogue, asked for again within every minute; what came last and when it was last confirmed.
 *
 * @typedef {import("./api.js").Catalogue} Catalogue
 * @typedef {{ date_ms: number, steady_ms: number }} Mark
 */

import { Problem, readLayers } from "./api.js";
import { mark, now_ms, setClock, since_ms } from "./time.js";

export const EVERY_MS = 45_000;
/** What was told to have changed is asked for so soon, and no more often than that. */
const SOON_MS = [1000, 10_000];
/** Unconfirmed for this long is stale, whatever the reason: a computer that slept, a request still under way. */
const STALE_MS = 60_000;

export class Watch {
  /** @type {Catalogue | null} */ catalogue = null;
  /** @type {Problem | null} why the last attempt failed */ problem = null;
  /** @type {Mark | null} when the catalogue was last confirmed */ checked = null;
  /** The server's time of that confirmation, milliseconds. */ checked_ms = 0;
  /** @type {Promise<void> | null} */ #asking = null;
  /** @type {Promise<void> | null} */ #next = null;
  #timer = 0;
  #soon = 0;
  #listener;

  /** @param {() => void} listener called after every attempt */
  constructor(listener) {
    this.#listener = listener;
  }

  /** Ask now, and again and again from now; at once when a sleeping tab wakes. */
  start() {
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.ask());
    window.addEventListener("online", () => this.ask());
    return this.ask();
  }

  /** Ask for the catalogue from now on: an answer under way may be older than the question. @returns {Promise<void>} */
  ask() {
    if (this.#asking) return (this.#next ??= this.#asking.then(() => { this.#next = null; return this.ask(); }));
    return (this.#asking = this.#ask().finally(() => { this.#asking = null; }));
  }

  /** Ask for the catalogue soon: something in it has changed. */
  askSoon() {
    if (this.#soon) return;
    const [first_ms, least_ms] = SOON_MS;
    const wait_ms = Math.max(first_ms, this.checked ? least_ms - since_ms(this.checked) : 0) * (1 + Math.random() / 4);
    this.#soon = window.setTimeout(() => { this.#soon = 0; this.ask(); }, wait_ms);
  }

  async #ask() {
    clearTimeout(this.#timer);
    try {
      const catalogue = await readLayers();
      setClock(catalogue.deployment.timezone, catalogue.now);
      Object.assign(this, { catalogue, problem: null, checked: mark(), checked_ms: now_ms() });
    } catch (error) {
      this.problem = error instanceof Problem ? error : new Problem(0, "");
      if (this.problem.status === 401) this.catalogue = null;
    }
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
