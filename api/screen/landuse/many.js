/** Batches: the list of them, or the one that is open, with a row for each outline. */

import { byId, h, replace } from "../page/dom.js";
import { afterPress } from "../page/pressed.js";
import { Table } from "../page/table.js";
import { number, sentence, t } from "../page/text.js";
import { day, minute } from "../page/time.js";
import { inMu, mu } from "./area.js";
import { fileOfBatch } from "./asking.js";
import { Files } from "./files.js";
import { badge } from "./sign.js";

const FORMATS = ["xlsx", "gpkg", "csv"];
/** The worst first. */
const WORST = ["no", "unknown", "ask", "yes", "fault", ""];
/** Of a reason what comes before its figures, which have columns of their own. @param {string} text */
const gistOf = (text) => text.split(/[::]/)[0];
const answerOf = ({ answer, fault }) => answer ?? (fault ? "fault" : "");

export class Many {
  element = h("div", { class: "many-view" });
  #open;
  #list;
  #one = h("div", { class: "batch" });
  #head = h("div", {});
  #files = new Files(FORMATS, fileOfBatch);
  /** @type {Table | null} */ #table = null;
  /** @type {any[] | null} */ #rows = null;

  /** @param {import("./open_batch.js").OpenBatch} open @param {import("./batches.js").Batches} list */
  constructor(open, list) {
    this.#open = open;
    this.#list = list;
    this.element.append(list.element, this.#one);
    open.hear(() => this.render());
    open.page.store.watch(["batch"], () => this.draw());
    open.page.store.watch(["lit"], () => this.render());
    document.addEventListener("keydown", ({ key, target }) => key === "Escape" && !this.element.hidden && !(target instanceof Element && target.closest("dialog")) && open.page.store.set({ lit: "" }, { step: false }));
  }

  spoken() { this.#table = null; }

  /** Open this row, and look at its outline. @param {number} number_ */
  reveal(number_) {
    this.#table?.reveal(String(number_));
    this.#open.page.store.set({ lit: `row/${number_}`, see: "list" }, { step: false });
  }

  render() { afterPress(this.#anew); }

  draw() {
    const one = Boolean(this.#open.code);
    this.#list.element.hidden = one || this.element.hidden;
    this.#one.hidden = !one;
    if (!one && !this.element.hidden) this.#list.draw();
    this.drawActs();
    this.#anew();
  }

  drawActs() {
    if (this.element.hidden) return;
    if (!this.#open.code) return this.#list.drawActs();
    replace(byId("acts"), h("div", { class: "row" }, h("button", { type: "button", "data-key": "batch-back", onclick: () => this.#open.page.store.set({ batch: "", lit: "" }) }, t("batch.back"))));
  }

  arrived(told) { this.#list.arrived(told); }

  #anew = () => {
    if (this.element.hidden || !this.#open.code) return;
    const { batch, problem } = this.#open;
    const wrong = problem && h("p", { class: "trouble", role: "alert" }, `▲ ${sentence(problem)}`, " ", h("button", { type: "button", "data-key": "batch-again", onclick: () => this.#open.load() }, t("retry")));
    if (!batch) return replace(this.#one, wrong ? h("div", { class: "part" }, wrong) : h("p", { class: "part hint" }, t("loading")));
    replace(this.#head, ...this.#about(batch), wrong);
    const table = this.#tableOf();
    if (this.#rows !== this.#open.rows) table.show(this.#open.rows);
    else table.render();
    this.#rows = this.#open.rows;
    if (this.#one.lastElementChild !== table.element.parentElement) replace(this.#one, this.#head, h("section", { class: "part batch-rows" }, table.element));
    this.drawActs();
  };

  #about(batch) {
    const { underWay, following } = this.#open;
    const step = following?.steps[following.steps.length - 1] ?? batch.progress ?? {};
    const [done, total] = [step.done ?? 0, step.total ?? batch.total ?? 0];
    const counts = Object.entries({ ...batch.counts }).map(([answer, n]) => [answer === "faults" ? "fault" : answer, n]).filter(([, n]) => n > 0).sort(([one], [other]) => WORST.indexOf(one) - WORST.indexOf(other));
    return [h("header", { class: "part one-head" },
      h("h2", {}, batch.name || batch.source || batch.code, " ", h("span", { class: "hint" }, batch.code)),
      h("p", {}, h("strong", {}, batch.activity_name), " · ", t("batch.outlines", { n: number(batch.total ?? 0) })),
      h("p", { class: "hint" }, t("one.asked", { day: day(batch.as_of), source: batch.source ?? t("none"), by: batch.made_by ?? t("none"), time: minute(batch.made_at) })),
      (batch.asked?.notes ?? []).map((note) => h("p", { class: "note" }, note)),
      h("p", { class: "row", role: "status" }, h("span", { class: `status ${batch.status}` }, t(`batch.${batch.status}`)), counts.map(([answer, n]) => [badge(String(answer)), h("strong", {}, number(Number(n)))])),
      underWay && [h("progress", { max: Math.max(total, 1), value: done, "aria-label": t("batch.progress") }), h("p", { class: "row" }, t("batch.far", { done: number(done), total: number(total) }), h("button", { type: "button", "data-key": "batch-cancel", onclick: () => this.#open.cancel() }, t("batch.cancel")))],
      following?.cut && h("p", { class: "trouble" }, `▲ ${t("batch.cut")}`),
      batch.fault && h("p", { class: "trouble" }, `▲ ${batch.fault}`),
      !underWay && batch.status !== "failed" && this.#files.draw(batch.code))];
  }

  #tableOf() {
    const { store } = this.#open.page;
    const look = ({ number: one }) => (store.state.lit === `row/${one}` ? "lit" : "");
    if (this.#table) {
      this.#table.tell({ look });
      return this.#table;
    }
    this.#table = new Table({
      caption: t("batch.rows"), key: (row) => String(row.number), look, more: (row) => this.#more(row), order: { by: "answer", down: false },
      columns: [
        { key: "name", title: t("batch.name"), value: (row) => row.number, text: (row) => `${row.number} · ${row.name}` },
        { key: "answer", title: t("compared.verdict"), choice: true, short: true, value: (row) => WORST.indexOf(answerOf(row)), text: (row) => t(`verdict.${answerOf(row) || "waiting"}`), cell: (row) => (answerOf(row) ? badge(answerOf(row)) : t("verdict.waiting")) },
        { key: "area", title: t("table.mu"), number: true, value: (row) => row.area?.m2 ?? null, text: (row) => mu(row.area) },
        { key: "why", title: t("batch.why"), text: (row) => row.fault ?? gistOf(row.reasons?.[0]?.text ?? "") },
      ],
    });
    this.#rows = null;
    return this.#table;
  }

  /** What a row opens to: its reasons, and the way to the map and to a check of its own. */
  #more(row) {
    const { store } = this.#open.page;
    const lit = `row/${row.number}`;
    return [row.fault && h("p", { class: "trouble" }, row.fault),
      h("div", { class: "row" },
        !row.fault && h("button", { type: "button", "data-key": `${lit}-map`, onclick: () => store.set({ lit, ...(matchMedia("(max-width: 800px)").matches ? { see: "map" } : {}) }, { step: false }) }, t("batch.map")),
        row.answer && h("button", { type: "button", "data-key": `${lit}-open`, onclick: () => this.#open.openRow(row) }, t("batch.open"))),
      (row.groups ?? []).length > 0 && h("p", {}, row.groups.map((one) => `${t(`group.${one.group}`)} ${inMu(one.area)}`).join(t("comma"))),
      h("ul", {}, (row.reasons ?? []).map((one) => h("li", {}, badge(one.answer), " ", one.text))),
      row.reasons_total > (row.reasons ?? []).length && h("p", { class: "hint" }, t("batch.more", { n: number(row.reasons_total - row.reasons.length) })),
      (row.repairs ?? []).map((note) => h("p", { class: "note" }, note))];
  }
}
