/**
 * One panel of the wall: what it shows it asks for itself, again and again, and it always says how old that is. What
 * could not be confirmed for a minute is dimmed and called old in words.
 *
 * @typedef {object} Setup
 * @property {() => Promise<any>} read
 * @property {number} every_ms     how often it is asked for where nothing happens
 * @property {string[]} [on]       what happens that makes it ask at once
 * @property {() => void} [shown]  the data are others, or gone: show them
 * @property {number} [stale_ms]   unconfirmed for so long it is old
 * @property {boolean} [steady]    while the server tells of every change, a sign of life confirms it
 */

import { Problem } from "../page/api.js";
import { h, replace } from "../page/dom.js";
import { sentence, t } from "../page/text.js";
import { ago, mark, minute, now_ms, since_ms, span } from "../page/time.js";

const STALE_MS = 60_000;
const SOON_MS = 800;

export class Panel {
  /** Whether nothing may be asked: the wall is nobody. */ static halted = false;
  /** @type {any} what the server said last; null while nothing did */ data = null;
  /** @type {Problem | null} */ problem = null;
  /** The head of the panel with its age. */ age = h("p", { class: "age" });
  #page;
  #setup;
  #place;
  /** @type {import("../page/watch.js").Mark | null} */ #checked = null;
  #checked_ms = 0;
  #asking = false;
  #again = false;
  #timer = 0;
  #soon = 0;
  #awake = false;
  #wasStale = false;

  /** @param {import("../page/page.js").Page} page @param {HTMLElement} place @param {Setup} setup */
  constructor(page, place, setup) {
    this.#page = page;
    this.#place = place;
    this.#setup = setup;
    setInterval(() => this.tick(), 1000);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#awake && this.ask());
  }

  /** Whether the reader is not told this. */
  get untold() { return this.problem?.status === 403 || this.problem?.status === 401; }

  /** Whether what is shown may be old. */
  get stale() {
    if (!this.#checked) return false;
    return this.problem !== null || since_ms(this.#confirmed()) > (this.#setup.stale_ms ?? STALE_MS);
  }

  /** Ask now; what is asked while a question is under way is asked after it. */
  async ask() {
    if (this.#asking) { this.#again = true; return; }
    this.#asking = true;
    clearTimeout(this.#timer);
    const epoch = this.#epoch;
    const found = await this.#setup.read().catch((error) => (error instanceof Problem ? error : new Problem(0, String(error))));
    this.#asking = false;
    if (epoch === this.#epoch) this.#take(found);
    this.#timer = window.setTimeout(() => this.ask(), this.#setup.every_ms);
    if (this.#again) { this.#again = false; this.ask(); }
  }

  #epoch = 0;

  /** Ask in a moment: what comes together is asked for once. */
  askSoon() {
    if (this.#awake) this.#soon ||= window.setTimeout(() => { this.#soon = 0; this.ask(); }, SOON_MS);
  }

  /** Forget everything: somebody else looks, or nobody. */
  clear() {
    this.#epoch += 1;
    Object.assign(this, { data: null, problem: null });
    this.#checked = null;
    this.#awake = false;
    clearTimeout(this.#timer);
    clearTimeout(this.#soon);
    this.#soon = 0;
    this.#setup.shown?.();
    this.tick();
  }

  arrived({ other }) {
    if (other) this.clear();
    if (Panel.halted || this.#awake || !this.#page.watch.catalogue) return;
    this.#awake = true;
    this.ask();
  }

  begun() { if (this.#awake) this.ask(); }
  missed() { this.askSoon(); }
  happened(name) { if (this.#setup.on?.includes(name)) this.askSoon(); }
  spoken() { this.#setup.shown?.(); this.tick(); }

  /** Say how old it is. */
  tick() {
    const stale = this.stale;
    this.#place.classList.toggle("stale", stale);
    this.#place.classList.toggle("waiting", !this.#checked && !this.untold);
    replace(this.age, this.#words(stale));
    if (stale !== this.#wasStale) { this.#wasStale = stale; this.#setup.shown?.(); }
  }

  #words(stale) {
    if (this.untold) return t("panel.untold");
    if (!this.#checked) return this.problem ? `▲ ${t("panel.failed")} ${sentence(this.problem)}` : t("loading");
    if (!stale) return ago(since_ms(this.#confirmed()));
    return `▲ ${t("panel.stale", { time: minute(this.#checked_ms).slice(11), age: span(since_ms(this.#checked)) })}`;
  }

  #confirmed() {
    const { live } = this.#page;
    const checked = /** @type {import("../page/watch.js").Mark} */ (this.#checked);
    if (!this.#setup.steady || live.state !== "on" || !live.heard) return checked;
    return since_ms(live.heard) < since_ms(checked) && since_ms(checked) < (this.#setup.every_ms + STALE_MS) ? live.heard : checked;
  }

  #take(found) {
    if (found instanceof Problem) {
      this.problem = found;
      if (this.untold) { this.data = null; this.#checked = null; }
      // Somebody else may look now, or nobody: the catalogue tells.
      if (found.status === 401) this.#page.watch.ask();
    } else {
      this.data = found;
      this.problem = null;
      this.#checked = mark();
      this.#checked_ms = now_ms();
    }
    this.#setup.shown?.();
    this.tick();
  }
}
