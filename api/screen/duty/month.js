/** The month table: what was due of each post, what was done, what counted, what was missed; the worst first. */

import { h, replace } from "../page/dom.js";
import { number, sentence, t } from "../page/text.js";
import { Table } from "../page/table.js";
import { day, minute, now_ms, since_ms, mark, ago } from "../page/time.js";
import { readMonth, readMonthFile, readRegister } from "./asking.js";
import { openExport } from "./export.js";
import { offerFile } from "./file.js";
import { percent, titled } from "./values.js";
import { reasonsOf, why } from "./why.js";

/** What is computed so long ago is computed anew while one looks. */
const ANEW_MS = 300_000;
const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

export class MonthPanel {
  #page;
  #place;
  #head = h("div", { class: "duty-tools" });
  #note = h("p", { class: "hint duty-note" });
  #trouble = h("p", { class: "trouble", role: "alert", hidden: true });
  /** @type {any} */ #told = null;
  /** @type {any} */ #problem = null;
  #asked = "";
  #revealed = "";
  /** @type {any} */ #computed = null;
  /** @type {import("./why.js").Terms | null} */ #terms = null;
  /** @type {() => void} */ #first = () => {};
  ready = new Promise((done) => { this.#first = () => done(true); });

  /** @param {import("../page/page.js").Page} page @param {HTMLElement} place */
  constructor(page, place) {
    this.#page = page;
    this.#place = place;
    const { find } = page.store.state;
    this.table = new Table({ ...this.#words(), key: (row) => row.post, typed: page.store.state.tab === "month" ? find : "",
      order: { by: "met_share", down: false }, more: (row) => why(row, page, this.#terms),
      onchange: ({ typed }) => page.store.set({ find: typed }, { step: false }) });
    replace(place, this.#head, this.#trouble, this.#note, this.table.element);
    page.store.watch(["month", "tab"], () => this.load());
    page.store.watch(["open"], () => this.#reveal());
  }

  /** The month that is shown: as the address says, else this one. */
  get month() {
    const { month } = this.#page.store.state;
    return MONTH.test(month) ? month : thisMonth();
  }

  arrived({ other }) {
    const old = this.#computed && since_ms(this.#computed) > ANEW_MS;
    if (other || old || !this.#told) this.load({ anew: true });
  }

  spoken() {
    this.table.tell(this.#words());
  }

  render() {
    this.#drawHead();
    this.#drawNote();
  }

  /** Ask for the month, where it is looked at and not there yet. */
  async load({ anew = false } = {}) {
    if (this.#page.store.state.tab !== "month" || !this.#page.watch.catalogue) return;
    const { month } = this;
    if (!anew && month === this.#asked) return;
    if (month !== this.#asked) {
      this.#told = this.#computed = null;
      this.table.tell(this.#words());
      this.table.wait();
    }
    this.#asked = month;
    this.render();
    try {
      const told = await readMonth(month);
      if (month !== this.month) return;
      Object.assign(this, this.#took(told));
      if (!told.future) this.#readTerms(month);
    } catch (problem) {
      if (month !== this.month) return;
      this.#problem = problem;
      this.#asked = "";
    }
    this.render();
    this.#reveal();
    this.#first();
  }

  /** What the duties of the month ask, as they held on its last day that has come: told beside why they were missed. */
  async #readTerms(month) {
    const { to } = this.#told;
    const last = day(Math.min(Date.parse(to) - 1, now_ms()));
    const told = await readRegister("duties", last).catch(() => null);
    if (!told || month !== this.month) return;
    this.#terms = { columns: titled(told.columns), duties: new Map(told.duties.map((duty) => [duty.code, duty])) };
    this.table.tell(this.#words());
  }

  #took(told) {
    this.#told = told;
    this.#problem = null;
    this.#computed = mark();
    this.table.tell(this.#words());
    this.table.show(told.posts);
    return {};
  }

  #reveal() {
    const { open, tab } = this.#page.store.state;
    if (tab !== "month" || !open || open === this.#revealed || !this.#told) return;
    this.#revealed = open;
    this.table.reveal(open);
  }

  #drawHead() {
    const { month } = this;
    const choose = (value) => MONTH.test(value) && this.#page.store.set({ month: value === thisMonth() ? "" : value });
    const select = h("select", { id: "duty-month-choice", "data-key": "month", onchange: () => choose(/** @type {HTMLSelectElement} */ (select).value) },
      months(month).map((one) => h("option", { value: one, selected: one === month }, one)));
    const step = (by, words) => h("button", { type: "button", "data-key": `month${by}`, "aria-label": t(words), title: t(words),
      disabled: by > 0 && month >= thisMonth(), onclick: () => choose(stepped(month, by)) }, by < 0 ? "◀" : "▶");
    replace(this.#head, h("label", { for: "duty-month-choice" }, t("duty.month")), step(-1, "duty.month.before"), select, step(1, "duty.month.after"),
      ...this.#sums(),
      h("span", { class: "duty-push" }),
      h("button", { type: "button", "data-key": "anew", disabled: !this.#told, onclick: () => this.load({ anew: true }) }, t("duty.month.anew")),
      h("button", { type: "button", "data-key": "print", disabled: !this.#told, onclick: () => window.print() }, t("duty.print")),
      h("button", { type: "button", "data-key": "xlsx", disabled: !this.#told, onclick: () => this.#file("xlsx") }, t("duty.xlsx")),
      h("button", { type: "button", "data-key": "csv", disabled: !this.#told, onclick: () => this.#file("csv") }, t("duty.csv")),
      h("button", { type: "button", class: "main", "data-key": "export", disabled: !this.#told, onclick: () => openExport(this.#page) }, t("duty.export")));
  }

  /** All posts together, only where something was due. */
  #sums() {
    if (!this.#told || this.#told.future) return [];
    const sum = (name) => this.#told.posts.reduce((whole, post) => whole + post[name], 0);
    const [due, met, missed] = ["due", "met", "missed"].map(sum);
    if (!due) return [];
    const behind = this.#told.posts.filter((post) => post.missed > 0).length;
    return [h("p", { class: "duty-sums" }, t("duty.month.sums", { due: number(due), share: percent(met / due), missed: number(missed), behind: number(behind) }))];
  }

  #drawNote() {
    const { stale } = this.#page.watch;
    this.#place.setAttribute("aria-busy", String(!this.#told && !this.#problem));
    this.#trouble.hidden = !this.#problem;
    if (this.#problem) {
      replace(this.#trouble, this.#told ? t("duty.month.old", { why: sentence(this.#problem) }) : sentence(this.#problem), " ",
        h("button", { type: "button", "data-key": "retry", onclick: () => this.load({ anew: true }) }, t("retry")));
    }
    if (!this.#told) return replace(this.#note, this.#problem || !this.#page.watch.catalogue ? "" : t("duty.month.computing"));
    const { from, to, known_at, future, forecast, waiting } = this.#told;
    const last = day(Date.parse(to) - 1);
    replace(this.#note, h("span", { class: stale && "trouble" }, t("duty.month.at", { from: day(from), to: last, time: minute(known_at), age: ago(since_ms(this.#computed)) })),
      (future || forecast) && h("span", {}, t(future ? "duty.month.future" : "duty.month.forecast")), waiting.length > 0 && h("span", {}, t("duty.month.waiting", { duties: waiting.map(({ duty }) => duty).join(t("comma")) })),
      h("span", {}, t("duty.month.hint")));
  }

  async #file(format) {
    await offerFile(this.#page, () => readMonthFile(this.month, format), `${t("duty.month.file")}-${this.month}.${format}`);
  }

  #words() {
    const count = (key, title) => ({ key, title, number: true, text: (row) => number(row[key]) });
    return {
      caption: t("duty.month.caption"), empty: t(this.#told ? "duty.month.empty" : this.#problem ? "none" : "duty.month.computing"),
      columns: [
        { key: "name", title: t("duty.post"), text: (row) => row.name || row.post },
        { key: "post", title: t("duty.code"), short: true },
        { key: "met_share", title: t("duty.met_share"), number: true, text: (row) => percent(row.met_share),
          value: (row) => (row.met_share === null ? null : row.met_share - row.missed / 1e6), cell: (row) => shareCell(row) },
        count("missed", t("duty.missed")), count("due", t("duty.due")), count("done", t("duty.done")),
        count("effective", t("duty.effective")), count("met", t("duty.met")),
        { key: "why", title: t("duty.why"), wide: true, text: reasonsOf },
        count("observations", t("duty.observations")),
      ],
    };
  }
}

/** A share as a number with a bar beside it; red where something was missed. */
function shareCell(row) {
  if (row.met_share === null) return h("span", { class: "hint" }, t("duty.nothing_due"));
  return h("span", { class: row.missed ? "share behind" : "share" },
    h("meter", { min: 0, max: 1, value: row.met_share, "aria-hidden": "true" }), h("span", { class: "percent" }, percent(row.met_share)));
}

const thisMonth = () => day(now_ms()).slice(0, 7);

/** The months that are offered, the newest first: of two years, and the one that is shown. @param {string} shown */
function months(shown) {
  const listed = Array.from({ length: 24 }, (_, back) => stepped(thisMonth(), -back));
  return listed.includes(shown) ? listed : [...listed, shown];
}

function stepped(month, by) {
  const [year, number_] = month.split("-").map(Number);
  const months = year * 12 + number_ - 1 + by;
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`;
}
