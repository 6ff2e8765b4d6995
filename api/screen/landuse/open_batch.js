/** The batch that is open: read by its code, followed while it goes, its rows as they come; and the outline that is looked at. */

import { announce } from "../page/dom.js";
import { Following } from "../page/following.js";
import { t } from "../page/text.js";
import { cancelBatch, makeBatch, makeCheckOf, openProgress, readBatch, readOutlineOf } from "./asking.js";
import { UNDER_WAY } from "./batches.js";
import { keptBatches } from "./kept.js";

const ROWS = 1000;
/** While it goes, rows are asked for no more often than this. */
const AGAIN_MS = 3000;

export class OpenBatch {
  /** @type {any} */ batch = null;
  /** @type {any[]} */ rows = [];
  /** @type {any} why it could not be read, or something not be done with it */ problem = null;
  /** @type {Following | null} */ following = null;
  /** @type {any} the outline that is looked at, with its shape */ outline = null;
  #opened;
  #turn = 0;
  #read_ms = 0;
  /** @type {(() => void)[]} */ #hearers = [];

  /** @param {import("./opened.js").Opened} opened */
  constructor(opened) {
    this.#opened = opened;
    this.page = opened.page;
    this.page.store.watch(["batch"], ({ batch }) => batch !== (this.batch?.code ?? "") && this.load());
    this.page.store.watch(["lit", "batch"], () => this.#look());
  }

  /** @param {() => void} hearer called after every change */
  hear(hearer) { this.#hearers.push(hearer); }

  get code() { return this.page.store.state.batch; }

  get underWay() { return Boolean(this.batch && UNDER_WAY.has(this.batch.status)); }

  arrived({ other }) {
    if (this.page.watch.catalogue && this.code && (other || !this.batch)) this.load();
  }

  /** Have each outline of a file checked, and follow it. @param {import("./order.js").Order} order */
  async make(order) {
    const { code } = await makeBatch(order);
    if (!this.page.watch.catalogue?.reader.signed_in) keptBatches.remember({ code });
    this.page.store.set({ batch: code, tab: "many", check: "", lit: "", see: "list" });
  }

  /** Read it with its rows, where one is named. */
  async load() {
    const turn = ++this.#turn;
    const { code } = this;
    if (this.batch?.code !== code) this.#forget();
    if (!code || !this.page.watch.catalogue) return this.#tell();
    try {
      const rows = [];
      let told = await readBatch(code, { limit: ROWS });
      rows.push(...told.rows);
      // While it goes the first rows do; when it is over all are there.
      while (told.next && !UNDER_WAY.has(told.status) && turn === this.#turn) {
        told = await readBatch(code, { after: told.next, limit: ROWS });
        rows.push(...told.rows);
      }
      if (turn === this.#turn) this.#take(told, rows);
    } catch (problem) {
      if (turn === this.#turn) this.problem = problem;
    }
    this.#tell();
  }

  async cancel() {
    this.problem = await cancelBatch(this.code).then(() => null, (problem) => problem);
    this.load();
  }

  /** Check one outline by itself, as of the batch's time, and open that. @param {any} row */
  async openRow(row) {
    const { batch } = this;
    try {
      const { geometry } = await readOutlineOf(batch.code, row.number);
      const { activity, as_of, known_at, tolerance_m } = batch.asked;
      this.#opened.show(await makeCheckOf({ geometry, name: row.name, activity, as_of, known_at, tolerance_m }));
    } catch (problem) {
      this.problem = problem;
      this.#tell();
    }
  }

  #take({ rows: _rows, next: _next, ...batch }, rows) {
    const ended = this.underWay && !UNDER_WAY.has(batch.status);
    Object.assign(this, { batch, rows, problem: null });
    if (!this.underWay) this.#close();
    else this.following ??= new Following({ open: (after) => openProgress(batch.code, after), look: () => readBatch(batch.code, { limit: 1 }), underWay: ({ status }) => UNDER_WAY.has(status) }, () => this.#step(), () => this.load());
    if (ended) announce(t("batch.said", { status: t(`batch.${batch.status}`) }));
    this.#look();
  }

  #step() {
    this.#tell();
    const now = performance.now();
    if (now - this.#read_ms < AGAIN_MS) return;
    this.#read_ms = now;
    this.load();
  }

  /** The shape of the row that is lit up. */
  async #look() {
    const [kind, number_] = this.page.store.state.lit.split("/");
    const wanted = this.batch && kind === "row" ? Number(number_) : 0;
    if (wanted === (this.outline?.number ?? 0)) return;
    this.outline = null;
    if (!wanted) return this.#tell();
    const { code } = this;
    const outline = await readOutlineOf(code, wanted).catch((problem) => { this.problem = problem; return null; });
    if (code === this.code && this.page.store.state.lit === `row/${wanted}`) this.outline = outline;
    this.#tell();
  }

  #forget() {
    this.#close();
    Object.assign(this, { batch: null, rows: [], problem: null, outline: null });
  }

  #close() {
    this.following?.close();
    this.following = null;
  }

  #tell() {
    for (const hearer of this.#hearers) hearer();
  }
}
