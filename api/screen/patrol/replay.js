/**
 * The replay: which days are shown, what is known of them, and the time that is looked at. It is live where that is now,
 * and history where it is not; nobody who looks has to guess which.
 *
 * @typedef {import("./ways.js").Patrol} Patrol
 * @typedef {import("./growth.js").Growth} Growth
 */

import { Problem } from "../page/api.js";
import { announce } from "../page/dom.js";
import { t } from "../page/text.js";
import { minute, now_ms } from "../page/time.js";
import { readCrews, readDays, readGrowth, readPlayback, readPositions } from "./asking.js";
import { after, isDay, today } from "./calendar.js";
import { growthOf } from "./growth.js";
import { marksOf } from "./marks.js";
import { extent, nextOut, patrolOf } from "./ways.js";

export const SPEEDS = [1, 2, 5, 10, 30, 60, 300, 900];
export const TRAILS = ["all", "60", "15"];
export const LENGTHS = ["1", "7", "30"];
const ROUND_MS = 300_000;
/** What is not worked out yet is asked for again so soon, and what changes while one looks no more often. */
const SOON_MS = 1500;
const LIVE_MS = 15_000;
const OFTEN_ENOUGH = 40;

/** Where the lines are is told to who is told nothing of patrols, too: they are shown without. */
function forbidden(error) {
  if (error instanceof Problem && error.status === 403) return error;
  throw error;
}

export class Replay {
  /** @type {{ day: string, patrols: number }[] | null} */ days = null;
  /** @type {Patrol[]} */ patrols = [];
  /** @type {Growth[]} */ growths = [];
  /** @type {Map<string, import("./marks.js").Mark>} */ marks = new Map();
  /** @type {any[]} where crews are now, while that is looked at */ positions = [];
  /** @type {any} */ histogram = null;
  /** @type {Problem | null} */ problem = null;
  /** @type {{ code: string, name: string }[]} those registered, as far as the reader may know them */ crews = [];
  /** As of when what is shown is known. */ known_at = "";
  /** @type {string | null} the sentence about what came in late */ late = null;
  loading = false;
  playing = false;
  /** Whether time passes over hours in which nobody is out. */ skips = true;
  #time = 0;
  #loaded = "";
  #asked = 0;
  #again = 0;
  #tries = 0;
  #frame = 0;
  /** @type {Set<(what: "data" | "time") => void>} */ #hearers = new Set();

  /** @param {import("../page/page.js").Page} page */
  constructor(page) {
    this.page = page;
    page.store.watch(["day", "days"], () => this.load());
    page.store.watch(["time"], () => { this.#seek(); this.#tell("time"); });
    page.store.watch(["trail", "off", "speed"], () => this.#tell("time"));
    setInterval(() => this.live && this.#tick(), 1000);
  }

  /** Hear of changes: `data` came, or the `time` is another. @param {(what: "data" | "time") => void} hearer */
  hear(hearer) {
    this.#hearers.add(hearer);
  }

  get state() { return this.page.store.state; }

  /** The day that is shown, or the last of those shown. */
  get day() {
    return isDay(this.state.day) ? this.state.day : this.days?.at(-1)?.day ?? today();
  }

  /** The period that is shown, in days, half-open. */
  get period() {
    return { from: after(this.day, 1 - Number(this.state.days)), to: after(this.day, 1) };
  }

  /** Whether what is looked at is now. */
  get live() {
    return this.state.time === "" && !this.playing && this.day === today();
  }

  /** The time that is looked at, Unix milliseconds. */
  get time() {
    return this.live ? now_ms() : this.#time;
  }

  /** From when to when there is something to be looked at, rounded outward; null where there is nothing. */
  get reach() {
    const ends = extent(this.patrols);
    if (!ends) return null;
    const last = this.day === today() ? Math.max(ends[1], now_ms()) : ends[1];
    return /** @type {[number, number]} */ ([Math.floor(ends[0] / ROUND_MS) * ROUND_MS, Math.ceil(last / ROUND_MS) * ROUND_MS]);
  }

  get off() { return this.state.off ? this.state.off.split(",") : []; }

  /** The patrols of crews that are shown. */
  get shown() {
    const { off } = this;
    return this.patrols.filter((patrol) => !off.includes(patrol.crew ?? `#${patrol.code}`));
  }

  /** From when on the way is drawn, milliseconds. */
  get since() {
    return this.state.trail === "all" ? -Infinity : this.time - Number(this.state.trail) * 60_000;
  }

  /** Look at a time; at now, where that is null and today is shown. @param {number | null} time @param {{ step?: boolean }} [options] */
  seek(time, { step = false } = {}) {
    if (time === null) return this.page.store.set({ time: "" }, { step });
    const { reach } = this;
    const within = reach ? Math.min(Math.max(time, reach[0]), reach[1]) : time;
    this.page.store.set({ time: String(Math.round(within / 1000)) }, { step });
  }

  /** Show another day, from its beginning or at a time. @param {string} day @param {{ time?: number | null }} [options] */
  show(day, { time = null } = {}) {
    this.pause();
    this.page.store.set({ day, time: time === null ? "" : String(Math.round(time / 1000)) });
  }

  /** Back to now: today, and all that happens. */
  backToNow() {
    this.pause();
    this.page.store.set({ day: today(), days: "1", time: "" });
  }

  play() {
    const { reach } = this;
    if (!reach || this.playing) return;
    const from = this.time;
    this.#time = from >= reach[1] - 1000 || this.live ? reach[0] : from;
    this.playing = true;
    let before = performance.now();
    const step = (now) => {
      if (!this.playing) return;
      this.#advance(Math.min(now - before, 1000));
      before = now;
      this.#frame = requestAnimationFrame(step);
    };
    this.#frame = requestAnimationFrame(step);
    this.#tell("time");
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    cancelAnimationFrame(this.#frame);
    this.seek(this.#time);
    this.#tell("time");
  }

  #advance(passed_ms) {
    const [, end] = this.reach ?? [0, 0];
    this.#time += passed_ms * Number(this.state.speed);
    const next = this.skips ? nextOut(this.shown, this.#time) : null;
    if (next !== null) this.#time = next;
    if (this.#time >= end) {
      this.#time = end;
      this.pause();
    }
    this.#tell("time");
  }

  #tick() {
    this.#tell("time");
  }

  #seek() {
    if (this.playing) return;
    const { reach } = this;
    this.#time = this.state.time ? Number(this.state.time) * 1000 : reach?.[1] ?? now_ms();
  }

  arrived({ other }) {
    if (this.page.watch.catalogue && (!this.days || other)) this.load();
  }

  missed() { this.#soon(SOON_MS); }
  begun() { if (this.days) this.#soon(SOON_MS); }

  tiles({ layer }) {
    // What was seen is worked out after its track came in: this says that it was.
    if (layer === "last_seen" && this.#loaded) this.#soon(this.live ? LIVE_MS : SOON_MS);
  }

  happened(name, told) {
    if (name === "positions" && this.live) {
      this.positions = told.positions;
      this.#soon(LIVE_MS);
      this.#tell("time");
    }
    if (name !== "patrol") return;
    this.#late(told);
    this.#tries = 0;
    this.#soon(SOON_MS / 3);
  }

  /** Say so where a patrol of the days that are shown came in, was corrected or erased while one looks. */
  #late({ change, patrol }) {
    const started = patrol?.started_at ? minute(patrol.started_at) : null;
    if (!started || started < this.period.from || started >= this.period.to) return;
    this.late = t(`late.${change}`, { code: patrol.code, time: started });
    announce(this.late);
    this.#tell("data");
  }

  #soon(wait_ms) {
    if (this.#again) return;
    this.#again = window.setTimeout(() => { this.#again = 0; this.load({ quietly: true }); }, wait_ms);
  }

  /** Ask for the days, and for all of those that are shown. @param {{ quietly?: boolean }} [options] */
  async load({ quietly = false } = {}) {
    const asked = ++this.#asked;
    const current = () => asked === this.#asked;
    this.loading = !quietly;
    if (!quietly) this.#tell("data");
    try {
      const [told, { crews }] = await Promise.all([readDays().catch(forbidden), readCrews().catch(() => ({ crews: this.crews }))]);
      if (!current()) return;
      Object.assign(this, { days: told.days ?? [], crews });
      const layers = this.page.watch.layers.filter((layer) => layer.lines && layer.count);
      const { period } = this;
      const [playback, ...growths] = await Promise.all([readPlayback(period).catch(forbidden), ...layers.map(({ id }) => readGrowth(id, period))]);
      if (current()) this.#take(playback, growths);
      if (current() && this.live) this.positions = (await readPositions().catch(() => ({ positions: [] }))).positions;
    } catch (error) {
      if (!current()) return;
      if (!(error instanceof Problem)) throw error;
      this.problem = error;
      if (!quietly || error.status === 401) Object.assign(this, { patrols: [], growths: [], histogram: null });
    }
    if (!current()) return;
    this.loading = false;
    this.#tell("data");
  }

  #take(playback, growths) {
    const key = JSON.stringify(this.period);
    if (key !== this.#loaded) this.late = null;
    this.#loaded = key;
    this.problem = playback instanceof Problem ? playback : null;
    this.patrols = (playback.patrols ?? []).map(patrolOf);
    this.histogram = playback.histogram ?? null;
    this.known_at = playback.known_at ?? "";
    this.growths = growths.map(growthOf);
    this.marks = marksOf(this.patrols, this.crews);
    this.#seek();
    if (this.patrols.some(({ pending }) => pending) && this.#tries++ < OFTEN_ENOUGH) this.#soon(SOON_MS);
  }

  #tell(what) {
    for (const hearer of this.#hearers) hearer(what);
  }
}
