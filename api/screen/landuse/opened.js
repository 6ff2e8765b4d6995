/** The check that is open: read by its code, made, made again; and what of it is lit up. */

import { announce } from "../page/dom.js";
import { t } from "../page/text.js";
import { deleteCheck, makeAgain, makeCheck, readCheck } from "./asking.js";
import { keptChecks, listed } from "./kept.js";

export class Opened {
  /** @type {any} */ answer = null;
  /** @type {any} why it could not be read */ problem = null;
  /** @type {any} why something else could not be done with it */ refused = null;
  /** @type {{ same: boolean, differences: any[], late: any[], gone: number, check: any, now: boolean } | null} what came when it was made again */ again = null;
  busy = false;
  #turn = 0;
  /** @type {(() => void)[]} */ #hearers = [];

  /** @param {import("../page/page.js").Page} page */
  constructor(page) {
    this.page = page;
    page.store.watch(["check"], ({ check }) => check !== (this.answer?.check ?? "") && this.load());
  }

  /** @type {(code: string) => void} this check is no more */ gone = () => {};

  /** @param {() => void} hearer called after every change */
  hear(hearer) { this.#hearers.push(hearer); }

  get code() { return this.page.store.state.check; }

  arrived({ other }) {
    if (this.page.watch.catalogue && this.code && (other || (!this.answer && !this.busy))) this.load();
  }

  /** Read it, where one is named. */
  async load() {
    const turn = ++this.#turn;
    const { code } = this;
    if (this.answer?.check !== code) Object.assign(this, { answer: null, problem: null, refused: null, again: null, busy: false });
    if (!code || !this.page.watch.catalogue) return this.#tell();
    this.busy = true;
    this.#tell();
    const told = await readCheck(code).then((answer) => ({ answer, problem: null }), (problem) => ({ problem }));
    if (turn === this.#turn) Object.assign(this, { ...told, busy: false });
    this.#tell();
  }

  /** Have one made, and open it. @param {import("./order.js").Order} order */
  async make(order) {
    this.show(await makeCheck(order));
    announce(t("one.said", { title: t(`verdict.${this.answer.verdict.answer}`), n: this.answer.verdict.reasons.length }));
  }

  /** Look at this answer. @param {any} answer */
  show(answer) {
    this.#turn += 1;
    if (answer.check && !this.page.watch.catalogue?.reader.signed_in) keptChecks.remember(listed(answer));
    Object.assign(this, { answer, problem: null, refused: null, again: null, busy: false });
    this.page.store.set({ check: answer.check, lit: "", see: "list" });
    this.#tell();
  }

  /** Make it again. @param {boolean} now   of today's data, not of those it was made of */
  async makeAgain(now) {
    const { code } = this;
    await this.#doing(async () => {
      const again = await makeAgain(code, { now });
      if (code !== this.code) return;
      this.again = { ...again, now };
      announce(t(again.same ? "again.same" : "again.other"));
    });
  }

  /** Keep what today's data say as a check of its own, and look at it. */
  async keepAgain() {
    const { code } = this;
    await this.#doing(async () => this.show((await makeAgain(code, { now: true, store: true })).check));
  }

  /** Delete it, and look at all of them. */
  async delete() {
    const { code } = this;
    await this.#doing(async () => {
      await deleteCheck(code);
      keptChecks.forget(code);
      if (code === this.code) this.page.store.set({ check: "", tab: "all", lit: "" });
      this.gone(code);
    });
  }

  async #doing(act) {
    Object.assign(this, { busy: true, refused: null });
    this.#tell();
    try {
      await act();
    } catch (problem) {
      this.refused = problem;
    }
    this.busy = false;
    this.#tell();
  }

  #tell() {
    for (const hearer of this.#hearers) hearer();
  }
}
