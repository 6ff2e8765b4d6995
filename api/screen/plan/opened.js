/**
 * The plan that is open: as it is stored, as changes would make it, and how solving it goes. Changes are tried at the
 * server without being kept, until they are saved or given up.
 */

import { announce } from "../page/dom.js";
import { sentence, t } from "../page/text.js";
import { cancelPlan, changePlan, makePlan, readPlan, readResult } from "./asking.js";
import { Solving, UNDER_WAY } from "./solving.js";

/** While it is solved, the best so far is looked at no more often than this. */
const BEST_MS = 2500;

export class Opened {
  /** @type {any} as it is stored */ plan = null;
  /** @type {any} as the changes would make it */ tried = null;
  /** @type {any[]} those that are not saved */ changes = [];
  /** @type {any[]} those that were taken back */ undone = [];
  /** @type {any} why it could not be read */ problem = null;
  /** @type {any} why a change was not taken */ refused = null;
  /** @type {any} planned against walked */ result = null;
  /** @type {any} */ resultProblem = null;
  /** @type {Solving | null} */ solving = null;
  busy = false;
  #turn = 0;
  #looked_ms = 0;
  /** @type {(() => void)[]} */ #hearers = [];

  /** @param {import("../page/page.js").Page} page */
  constructor(page) {
    this.page = page;
    page.store.watch(["plan"], ({ plan }) => plan !== (this.plan?.code ?? "") && this.load());
  }

  /** @param {() => void} hearer called after every change */
  hear(hearer) { this.#hearers.push(hearer); }

  get code() { return this.page.store.state.plan; }

  /** What is looked at: with the changes that are tried. */
  get shown() { return this.tried ?? this.plan; }

  get underWay() { return Boolean(this.plan && UNDER_WAY.has(this.plan.status)); }

  arrived({ other }) {
    if (this.page.watch.catalogue && this.code && (other || (!this.plan && !this.busy))) this.load();
  }

  /** Read it, where one is named. */
  async load() {
    const turn = ++this.#turn;
    const { code } = this;
    if (this.plan?.code !== code) this.#forget();
    if (!code || !this.page.watch.catalogue) return this.#tell();
    this.busy = true;
    this.#tell();
    try {
      const plan = await readPlan(code);
      if (turn === this.#turn) this.take(plan);
    } catch (problem) {
      if (turn === this.#turn) Object.assign(this, { problem, busy: false });
    }
    this.#tell();
  }

  /** It is this now. @param {any} plan */
  take(plan) {
    const ready = this.underWay && !UNDER_WAY.has(plan.status);
    Object.assign(this, { plan, problem: null, busy: false, result: null, resultProblem: null });
    if (!this.underWay) this.#close();
    else this.solving ??= new Solving(plan.code, () => this.#step(), (done) => { this.take(done); this.#tell(); });
    if (ready) announce(t(`solve.${plan.status}.said`, { pieces: plan.totals?.pieces ?? 0 }));
    this.#tell();
  }

  /** Have one made, and open it. @param {any} asked */
  async make(asked) {
    const plan = await makePlan(asked);
    this.#turn += 1;
    this.#forget();
    this.plan = plan;
    this.page.store.set({ plan: plan.code, tab: "new", part: "routes", route: "", piece: "", see: "list" });
    this.take(plan);
  }

  /** Try one more change. @param {any} change */
  async change(change) {
    const { changes, undone } = this;
    this.changes = [...changes, change];
    this.undone = [];
    if (!await this.#try()) Object.assign(this, { changes, undone });
    else this.page.store.set({ piece: change.piece, route: this.tried.pieces.find(({ piece }) => piece === change.piece)?.route ?? "" }, { step: false });
    this.#tell();
  }

  get mayUndo() { return !this.busy && (this.changes.length > 0 || this.#revision(-1) !== undefined); }
  get mayRedo() { return !this.busy && (this.undone.length > 0 || (!this.changes.length && this.#revision(1) !== undefined)); }

  /** Take back the last change: one that is tried, else what was saved last. */
  undo() { return this.changes.length ? this.#shift("changes", "undone") : this.#go(-1); }

  /** Do again what was taken back. */
  redo() { return this.undone.length ? this.#shift("undone", "changes") : this.#go(1); }

  discard() {
    Object.assign(this, { changes: [], undone: [], tried: null, refused: null });
    announce(t("change.discarded"));
    this.#tell();
  }

  save() {
    return this.#change({ changes: this.changes, save: true }, t("change.saved"));
  }

  /** @param {string} name */
  rename(name) {
    return this.#change({ name }, t("one.renamed", { name }));
  }

  async cancel() {
    try {
      const { code } = this.plan;
      await cancelPlan(code);
      const plan = await readPlan(code);
      if (code === this.plan?.code) this.take(plan);
    } catch (problem) {
      this.refused = problem;
      this.#tell();
    }
  }

  /** Planned against walked, once it is asked for. */
  async readResult() {
    const { code } = this.plan;
    this.resultProblem = null;
    try {
      const result = await readResult(code);
      if (code === this.plan?.code) this.result = result;
    } catch (problem) {
      if (code === this.plan?.code) this.resultProblem = problem;
    }
    this.#tell();
  }

  async #try() {
    if (!this.changes.length) {
      Object.assign(this, { tried: null, refused: null });
      return true;
    }
    this.busy = true;
    this.#tell();
    try {
      this.tried = await changePlan(this.plan.code, this.plan.revision, { changes: this.changes, save: false });
      this.refused = null;
    } catch (problem) {
      this.refused = problem;
      announce(sentence(/** @type {any} */ (problem)));
    }
    this.busy = false;
    return !this.refused;
  }

  /** Write it down; where somebody else did meanwhile, theirs is read and the changes are tried upon it. */
  async #change(wanted, said) {
    this.busy = true;
    this.#tell();
    try {
      const plan = await changePlan(this.plan.code, this.plan.revision, wanted);
      if (!("name" in wanted)) Object.assign(this, { changes: [], undone: [], tried: null });
      this.refused = null;
      this.take(plan);
      announce(said);
    } catch (problem) {
      this.refused = problem;
      if (/** @type {any} */ (problem).status === 412) await this.#overtaken();
    }
    this.busy = false;
    this.#tell();
  }

  async #overtaken() {
    const { refused } = this;
    const plan = await readPlan(this.plan.code).catch(() => null);
    if (plan) this.plan = plan;
    if (plan && await this.#try()) this.refused = refused;
  }

  async #shift(from, to) {
    const last = this[from].at(-1);
    Object.assign(this, { [from]: this[from].slice(0, -1), [to]: [...this[to], last] });
    await this.#try();
    announce(t(from === "changes" ? "change.undone" : "change.redone"));
    this.#tell();
  }

  #go(by) {
    const revision = this.#revision(by);
    return revision === undefined ? Promise.resolve() : this.#change({ revision, save: true }, t(by < 0 ? "change.undone" : "change.redone"));
  }

  /** The revision that the one in force came from, or that came from it; none where there is none. */
  #revision(by) {
    return this.plan && beside(this.plan.revisions ?? [], this.plan.revision, by);
  }

  /** Solving went on: what is best so far is looked at now and then. */
  #step() {
    this.#tell();
    const now = performance.now();
    if (now - this.#looked_ms < BEST_MS) return;
    this.#looked_ms = now;
    const { code } = this.plan;
    readPlan(code).then((plan) => { if (code === this.plan?.code && this.underWay) this.take(plan); }, () => {});
  }

  #forget() {
    this.#close();
    Object.assign(this, { plan: null, tried: null, changes: [], undone: [], problem: null, refused: null, result: null, resultProblem: null, busy: false });
  }

  #close() {
    this.solving?.close();
    this.solving = null;
  }

  #tell() {
    for (const hearer of this.#hearers) hearer();
  }
}

/**
 * Going back is a revision, too: what was made after what, without those.
 * @param {{ revision: number, back_to: number | null }[]} revisions
 * @param {number} revision   the one in force
 * @param {number} by   −1: what it came from; 1: what came from it last
 * @returns {number | undefined}
 */
export function beside(revisions, revision, by) {
  const made = new Map();
  const parent = new Map();
  let last;
  for (const one of [...revisions].sort((a, b) => a.revision - b.revision)) {
    made.set(one.revision, one.back_to ? made.get(one.back_to) ?? one.back_to : one.revision);
    if (!one.back_to) parent.set(one.revision, last);
    last = made.get(one.revision);
  }
  const here = made.get(revision);
  return by < 0 ? parent.get(here) : [...parent.keys()].filter((one) => parent.get(one) === here).pop();
}
