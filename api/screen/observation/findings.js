/** The observations that are asked for: read, kept up to date as things happen, one of them chosen. */

import { say, sentence, t } from "../page/text.js";
import { mark, now_ms, since_ms } from "../page/time.js";
import { readFindings, readKinds, readPosts, readWords } from "./asking.js";

/** @typedef {import("./asking.js").Finding} Finding */

const SOON_MS = 300;
const ASKED_BY = ["state", "family", "kind", "grade", "overdue", "from", "to", "post", "q"];
const LAYER = "observation";

export class Findings {
  /** @type {import("../page/page.js").Page} */ page;
  /** @type {Finding[]} */ rows = [];
  /** @type {Record<string, number>} */ counts = {};
  /** @type {any} */ problem = null;
  /** @type {import("../page/watch.js").Mark | null} when the rows came */ came = null;
  /** @type {Set<string>} those that came while the page was open, until they were looked at */ fresh = new Set();
  /** @type {any[]} */ families = [];
  /** @type {{ code: string, name: string | null, holder?: string | null }[]} */ posts = [];
  #words = /** @type {any} */ (null);
  #timer = 0;
  #turn = 0;
  /** @type {((code: string) => void)[]} */ #heard = [];

  /** @param {import("../page/page.js").Page} page */
  constructor(page) {
    this.page = page;
    page.store.watch(ASKED_BY, () => { page.render(); this.ask(); });
    page.store.watch(["see"], ({ see }) => { this.fresh.delete(see); page.render(); });
    setInterval(() => page.render(), 60_000);
  }

  get store() { return this.page.store; }
  /** @type {Finding | undefined} */
  get chosen() { return this.rows.find(({ code }) => code === this.store.state.see); }
  get mayWrite() { return Boolean(this.page.watch.layer(LAYER)?.may_write); }
  get old() { return this.came ? since_ms(this.came) : 0; }

  /** Call this when an observation changed. @param {(code: string) => void} heard */
  hear(heard) { this.#heard.push(heard); }

  /** @param {string} code "" for none */
  choose(code) {
    this.store.set({ see: code });
  }

  /** What is asked for, as the server's query says it. */
  get query() {
    const { state } = this.store;
    return { ...Object.fromEntries(ASKED_BY.map((name) => [name, state[name]])), state: state.state === "all" ? "" : state.state, overdue: state.overdue ? "true" : "" };
  }

  async ask() {
    const mine = ++this.#turn;
    try {
      const { rows, counts } = await readFindings(this.query);
      if (mine !== this.#turn) return;
      Object.assign(this, { rows: inOrder(rows), counts, problem: null, came: mark() });
    } catch (problem) {
      if (mine !== this.#turn) return;
      this.problem = problem;
    }
    this.page.say();
    this.page.render();
  }

  async arrived({ other }) {
    if (!this.page.watch.catalogue || (this.#words && !other)) return;
    try {
      const [{ families }, words, { posts }] = await Promise.all([readKinds(), readWords(), readPosts().catch(() => ({ posts: [] }))]);
      this.families = families;
      this.#words = words;
      this.posts = posts;
    } catch (problem) {
      this.problem = problem;
      return this.page.say();
    }
    await this.ask();
  }

  begun() { if (this.#words) this.ask(); }
  missed() { this.ask(); }

  happened(name, told) {
    if (name !== LAYER) return;
    const code = told.observation?.code;
    if (told.change === "new" && code) this.fresh.add(code);
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.ask(), SOON_MS);
    for (const heard of this.#heard) heard(code ?? "");
  }

  says(notice) {
    if (!this.problem) return false;
    notice.trouble(t("list.problem"), sentence(this.problem), () => (this.#words ? this.ask() : this.arrived({ other: true })));
    return true;
  }

  /** What kind of thing it is, in words. @param {{ family: string, kind: string | null }} one */
  sortOf({ family, kind }) {
    const found = this.families.find(({ code }) => code === family);
    return say(found?.kinds.find(({ code }) => code === kind)) || say(found) || family;
  }

  /** The family's words. @param {string} family */
  familyOf(family) { return say(this.families.find(({ code }) => code === family)) || family; }

  /** A post, as people call it. @param {string | null} code */
  postOf(code) { return code ? this.posts.find((post) => post.code === code)?.name || code : ""; }

  /** What a column is called. @param {string} column */
  titleOf(column) {
    if (!this.#words) return "";
    return this.tells(column) ? say({ zh: this.#words.zh.properties[column]?.title, en: this.#words.en.properties[column]?.title }) || column : column;
  }

  /** Whether this reader is told what stands in a column. @param {string} column */
  tells(column) {
    return Boolean(this.#words?.zh.properties[column]);
  }

  /** The values of an enumeration with their words. @param {string} column @returns {[string, string][]} */
  optionsOf(column) {
    const of = (language) => this.#words?.[language].properties[column]?.oneOf ?? [];
    return of("zh").map(({ const: value, title }, place) => [value, say({ zh: title, en: of("en")[place]?.title })]);
  }

  /** The word of an enumeration's value. @param {string} column @param {string} value */
  wordOf(column, value) {
    return this.optionsOf(column).find(([one]) => one === value)?.[1] ?? value;
  }
}

/** Whether it is late, by the server's clock. @param {Finding} one */
export const isLate = ({ state, due_at }) => state === "handed" && Date.parse(due_at ?? "") < now_ms();

/** What wants doing first comes first: the longest late, then what nobody has, the newest first, then by when it is due; what is settled last. */
function inOrder(rows) {
  const rank = (one) => (isLate(one) ? 0 : { open: 1, handed: 2, settled: 3 }[one.state]);
  const within = (one) => (one.state === "handed" ? Date.parse(one.due_at ?? "") : -Date.parse(one.found_at));
  return [...rows].sort((one, other) => rank(one) - rank(other) || within(one) - within(other));
}
